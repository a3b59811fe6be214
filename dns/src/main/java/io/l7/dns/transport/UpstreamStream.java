package io.l7.dns.transport;

import io.l7.dns.message.MalformedMessageException;
import io.l7.dns.message.Message;
import io.l7.dns.message.MessageReader;
import io.l7.dns.resolver.Exchange;
import io.l7.dns.resolver.ResponseMatch;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.Socket;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to a name server with several questions in flight, whose answers come in any order
 * (RFC 7766 §6.2.1.1, §7). Safe for all threads.
 */
final class UpstreamStream implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(UpstreamStream.class);

  private record Waiting(Message query, CompletableFuture<Exchange> outcome) {}

  private final Socket socket;
  private final int most;
  private final ConcurrentHashMap<Integer, Waiting> waiting = new ConcurrentHashMap<>();
  private final ReentrantLock writing = new ReentrantLock();
  private volatile boolean over;
  private volatile boolean retired;
  private volatile long usedAt = System.nanoTime();

  /**
   * Takes a connected socket.
   *
   * @param most questions in flight
   */
  UpstreamStream(Socket socket, int most) {
    this.socket = socket;
    this.most = most;
    Thread.ofVirtual().name("dns-upstream-stream").start(this::read);
  }

  /** Whether nothing can be asked here any more. */
  boolean isOver() {
    return over || retired;
  }

  /**
   * Sends a question; empty if it cannot go over this connection. The outcome fails with an {@link
   * IOException} when the connection ends first.
   */
  Optional<CompletableFuture<Exchange>> ask(Message query, byte[] wire) throws IOException {
    var mine = new Waiting(query, new CompletableFuture<>());
    if (isOver() || waiting.size() >= most || waiting.putIfAbsent(query.id(), mine) != null) {
      return Optional.empty();
    }
    if (over) { // it ended meanwhile, perhaps before it saw us
      waiting.remove(query.id(), mine);
      return Optional.empty();
    }
    usedAt = System.nanoTime();
    var framed = new byte[wire.length + 2];
    framed[0] = (byte) (wire.length >> 8);
    framed[1] = (byte) wire.length;
    System.arraycopy(wire, 0, framed, 2, wire.length);
    writing.lock();
    try {
      socket.getOutputStream().write(framed);
      socket.getOutputStream().flush();
    } catch (IOException e) {
      end(e);
      throw e;
    } finally {
      writing.unlock();
    }
    return Optional.of(mine.outcome);
  }

  /** Waits no longer for an answer, and asks nothing more here: who is silent once is left. */
  void giveUp(int id) {
    retired = true;
    waiting.remove(id);
    if (waiting.isEmpty()) {
      close();
    }
  }

  /** Closes the connection if nothing has been asked for {@code nanos}. */
  void closeIfIdle(long nanos) {
    if (waiting.isEmpty() && System.nanoTime() - usedAt >= nanos) {
      close();
    }
  }

  private void read() {
    try {
      var in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
      while (true) {
        var wire = new byte[in.readUnsignedShort()];
        in.readFully(wire);
        usedAt = System.nanoTime();
        arrived(wire);
      }
    } catch (EOFException e) {
      end(new EOFException("the server closed the connection"));
    } catch (IOException e) {
      end(e);
    }
  }

  private void arrived(byte[] wire) throws IOException {
    if (wire.length < 2) {
      throw new IOException("a message of " + wire.length + " octets");
    }
    Waiting asked = waiting.remove((wire[0] & 0xff) << 8 | (wire[1] & 0xff));
    if (asked != null) {
      asked.outcome.complete(outcome(asked.query, wire));
    } // else nobody waits for it any more
    if (retired && waiting.isEmpty()) {
      close();
    }
  }

  private static Exchange outcome(Message query, byte[] wire) {
    try {
      Message response = MessageReader.read(wire);
      return ResponseMatch.of(query, response) == ResponseMatch.FOREIGN
          ? new Exchange.Garbled("an answer to another question")
          : new Exchange.Answered(response);
    } catch (MalformedMessageException e) {
      return new Exchange.Garbled(String.valueOf(e.getMessage()));
    }
  }

  private void end(IOException why) {
    over = true;
    waiting.values().forEach(each -> each.outcome.completeExceptionally(why));
    waiting.clear();
    close();
  }

  /** Closes the connection; what still waits fails. */
  @Override
  public void close() {
    over = true;
    try {
      socket.close();
    } catch (IOException e) {
      LOG.debug("closing a connection: {}", e.toString());
    }
  }
}
