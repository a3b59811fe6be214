package io.l7.dns.service;

import io.l7.common.framing.WireException;
import io.l7.common.net.Connection;
import io.l7.dns.authority.Outcome;
import io.l7.dns.authority.Request;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * DNS over one stream (RFC 7766, RFC 7858): messages behind their length, several in flight,
 * answered as they are ready. Runs on the connection's thread.
 */
public final class StreamSession {
  private static final Logger LOG = LoggerFactory.getLogger(StreamSession.class);

  /**
   * Queries of one connection being worked on; more are not read (RFC 7766 §6.2.1.1 wants several).
   */
  private static final int MOST_IN_FLIGHT = 64;

  private static final int OUT_OCTETS = 1232;

  private final Connection connection;
  private final WireService service;
  private final Semaphore inFlight = new Semaphore(MOST_IN_FLIGHT);
  private final ReentrantLock writing = new ReentrantLock();

  public StreamSession(Connection connection, WireService service) {
    this.connection = connection;
    this.service = service;
  }

  /** Serves until the client ends, falls silent, or the server drains. */
  public void run() throws IOException {
    var out = new byte[OUT_OCTETS];
    try {
      while (connection.awaitInput()) {
        Optional<byte[]> frame = connection.in().frame16();
        if (frame.isEmpty()) {
          break;
        }
        take(frame.get(), out);
      }
    } catch (WireException e) {
      LOG.debug("{}: {}", connection, e.toString());
    } finally {
      inFlight.acquireUninterruptibly(MOST_IN_FLIGHT);
    }
  }

  private void take(byte[] query, byte[] out) throws IOException {
    int octets = service.fromCache(query, query.length, connection.peer().getAddress(), out);
    if (octets > 0) {
      write(out, octets);
      return;
    }
    switch (service.answer(
        new Request(query, query.length, connection.peer(), Request.Transport.STREAM))) {
      case Outcome.Reply(byte[] wire) -> write(wire, wire.length);
      case Outcome.Deferred work -> later(work);
      case Outcome.Silence silence -> {}
      case Outcome.NotOurs notOurs -> {}
    }
  }

  private void later(Outcome.Deferred work) {
    inFlight.acquireUninterruptibly();
    Thread.ofVirtual()
        .name("dns-stream")
        .start(
            () -> {
              try {
                work.run(wire -> write(wire, wire.length));
              } catch (IOException e) {
                LOG.debug("{}: {}", connection, e.toString());
              } finally {
                inFlight.release();
              }
            });
  }

  private void write(byte[] wire, int octets) throws IOException {
    writing.lock();
    try {
      connection.out().frame16(wire, 0, octets);
      connection.out().flush();
    } finally {
      writing.unlock();
    }
  }
}
