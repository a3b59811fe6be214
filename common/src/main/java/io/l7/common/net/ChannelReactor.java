package io.l7.common.net;

import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** A reactor over the JDK's selector, for every system. */
final class ChannelReactor extends Reactor {
  private final Selector selector;

  /** Found ready by the question before, too. */
  private final ArrayDeque<Readiness> prompt = new ArrayDeque<>();

  private volatile boolean selecting;

  private ChannelReactor(Selector selector) {
    this.selector = selector;
  }

  /**
   * Starts one, that has waited once. The JDK makes its poller, which needs descriptors of its own,
   * when the first virtual thread waits, and never again when that fails: a server whose first
   * clients take every descriptor would be dead for as long as it runs.
   *
   * @throws IOException there is no descriptor left for it
   */
  static ChannelReactor open() throws IOException {
    var selector = Selector.open();
    var waited = new FutureTask<>(() -> selector.select(1));
    Thread.ofVirtual().name("reactor-first").start(waited);
    try {
      int _ = waited.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      selector.close();
      throw new IOException("cannot wait for sockets", e.getCause());
    }
    var reactor = new ChannelReactor(selector);
    reactor.start();
    return reactor;
  }

  @Override
  ReactorSocket socket(SocketChannel channel) throws IOException {
    return new ChannelSocket(channel, this);
  }

  @Override
  void ask() throws IOException {
    if (selector.selectNow(this::report) == 0) {
      selecting = true;
      try {
        selector.select(this::report);
      } finally {
        selecting = false;
      }
      rested();
    }
    while (!prompt.isEmpty()) ready(prompt.remove());
  }

  /**
   * Takes note of one that is to be woken. The kernel names those that were ready the last time
   * first, and then those that just missed it: these have waited longer.
   *
   * @param reported the number of the question that found it ready the last time
   * @return that of this one
   */
  long ready(Readiness one, long reported) {
    long question = questions();
    if (reported == question - 1) prompt.add(one);
    else ready(one);
    return question;
  }

  private void report(SelectionKey key) {
    try {
      ((ChannelSocket) key.attachment()).report(key, this);
    } catch (CancelledKeyException _) {
      // It was closed since.
    }
  }

  /** Adds a socket for one operation. */
  SelectionKey add(SocketChannel channel, int operation, ChannelSocket socket) throws IOException {
    var key = channel.register(selector, operation, socket);
    changed();
    return key;
  }

  /** An interest was added, or a socket closed: the selector must look. */
  void changed() {
    if (selecting) selector.wakeup();
  }
}
