package io.l7.bittorrent.dht;

import io.l7.common.net.Endpoint;
import io.l7.common.net.HostResolver;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Names of nodes to join through: resolved one after the other on one thread, those that cannot be
 * again each minute. Safe for all threads.
 */
final class NodeNames implements AutoCloseable {
  /** Names that are being resolved, or cannot be; a torrent can name any number. */
  static final int MOST = 100;

  private static final Logger LOG = LoggerFactory.getLogger(NodeNames.class);
  private static final Duration ROUND = Duration.ofMinutes(1);

  private final HostResolver names;
  private final Listener listener;
  private final Set<Endpoint> unknown = new LinkedHashSet<>();
  private int held;
  private @Nullable Thread thread;
  private boolean closed;

  /** Who wants the addresses. Called without a lock but in {@code hold}. */
  interface Listener extends Consumer<List<InetSocketAddress>> {
    /** Names have come that were not tried yet. */
    void hold();

    /** They have been tried; as often as {@link #hold}. */
    void release();
  }

  NodeNames(HostResolver names, Listener listener) {
    this.names = names;
    this.listener = listener;
  }

  /** Resolves these too; those beyond the limit are passed over. */
  synchronized void add(List<Endpoint> more) {
    var fresh =
        more.stream()
            .distinct()
            .filter(name -> !unknown.contains(name))
            .limit(MOST - unknown.size())
            .toList();
    if (closed || fresh.isEmpty()) {
      return;
    }
    unknown.addAll(fresh);
    held++;
    listener.hold();
    if (thread == null) {
      thread = Thread.ofVirtual().name("dht-names").start(this::run);
    }
    notifyAll();
  }

  private void run() {
    try {
      do {
        round();
      } while (goesOn());
    } catch (InterruptedException _) {
      // closed
    }
  }

  private void round() {
    List<Endpoint> now;
    int waiting;
    synchronized (this) {
      now = List.copyOf(unknown);
      waiting = held;
      held = 0;
    }
    try {
      for (var name : now) {
        if (isResolved(name)) {
          synchronized (this) {
            unknown.remove(name);
          }
        }
      }
    } finally {
      for (int i = 0; i < waiting; i++) {
        listener.release();
      }
    }
  }

  /** Waits a minute, or for more names; whether there are any. */
  private synchronized boolean goesOn() throws InterruptedException {
    long end = System.nanoTime() + ROUND.toNanos();
    for (long left = ROUND.toNanos();
        !closed && !unknown.isEmpty() && held == 0 && left > 0;
        left = end - System.nanoTime()) {
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
    if (closed || unknown.isEmpty()) {
      thread = null;
      return false;
    }
    return true;
  }

  private boolean isResolved(Endpoint name) {
    try {
      var addresses =
          names.resolve(name.host()).stream()
              .map(ip -> new InetSocketAddress(ip, name.port()))
              .toList();
      listener.accept(addresses);
      return !addresses.isEmpty();
    } catch (IOException | RuntimeException e) {
      LOG.info("dht: {}: {}", name, e.toString());
      return false;
    }
  }

  /** Resolves nothing more. */
  @Override
  public synchronized void close() {
    closed = true;
    notifyAll();
    if (thread != null) {
      thread.interrupt(); // it may wait for a name
    }
  }
}
