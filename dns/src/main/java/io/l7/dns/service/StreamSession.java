package io.l7.dns.service;

import io.l7.common.framing.WireException;
import io.l7.common.net.AddressBits;
import io.l7.common.net.Connection;
import io.l7.dns.authority.Outcome;
import io.l7.dns.authority.Request;
import io.l7.dns.service.ServiceCounters.Channel;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * DNS over one stream (RFC 7766, RFC 7858): messages behind their length, several in flight,
 * answered as they are ready. Runs on the connection's thread.
 */
public final class StreamSession {
  private static final Logger LOG = LoggerFactory.getLogger(StreamSession.class);
  private static final int OUT_OCTETS = 1232;
  private static final long NOT_WRITING = 0;

  /** How often a session that waits for its answers to leave looks whether they do. */
  private static final int LOOK_MILLIS = 250;

  private final Connection connection;
  private final Channel channel;
  private final WireService service;
  private final ServiceCounters counters;
  private final ClientLimit clients;
  private final QueryLog log;
  private final ServiceLimits limits;
  private final Semaphore inFlight;
  private final ReentrantLock writing = new ReentrantLock();

  /** Since when the answer being written is not taken, as {@link System#nanoTime}. */
  private volatile long writingSince = NOT_WRITING;

  /**
   * A session.
   *
   * @param channel TCP or DOT
   */
  public StreamSession(
      Connection connection,
      Channel channel,
      WireService service,
      ServiceCounters counters,
      ClientLimit clients,
      QueryLog log,
      ServiceLimits limits) {
    this.connection = connection;
    this.channel = channel;
    this.service = service;
    this.counters = counters;
    this.clients = clients;
    this.log = log;
    this.limits = limits;
    this.inFlight = new Semaphore(limits.queriesPerConnection());
  }

  /** Serves until the client ends, falls silent, is too slow, or the server drains. */
  public void run() throws IOException {
    var out = new byte[OUT_OCTETS];
    try {
      while (connection.awaitInput(patience())) {
        connection.deadline(limits.message(), "message");
        Optional<byte[]> frame = connection.in().frame16();
        connection.clearDeadline();
        if (frame.isEmpty()) {
          break;
        }
        take(frame.get(), out);
      }
    } catch (WireException e) {
      LOG.debug("{}: {}", connection, e.toString());
    } finally {
      while (!isTaken(inFlight, limits.queriesPerConnection())) {
        resetIfStuck();
      }
    }
  }

  /** Who still waits for an answer is not idle (RFC 7766 §6.2.3). */
  private Duration patience() {
    boolean waits = inFlight.availablePermits() < limits.queriesPerConnection();
    return waits ? limits.idle().plus(limits.message()) : limits.idle();
  }

  private static boolean isTaken(Semaphore semaphore, int permits) {
    try {
      return semaphore.tryAcquire(permits, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      semaphore.acquireUninterruptibly(permits);
      return true;
    }
  }

  /** A client that takes no answer is left to itself, whatever it sends meanwhile. */
  private void resetIfStuck() {
    long since = writingSince;
    if (since != NOT_WRITING && System.nanoTime() - since > limits.message().toNanos()) {
      LOG.debug("{}: takes no answer", connection);
      connection.reset();
    }
  }

  private void take(byte[] query, byte[] out) throws IOException {
    resetIfStuck();
    counters.query(channel);
    InetAddress client = connection.peer().getAddress();
    long upper = AddressBits.upper(client);
    long lower = AddressBits.lower(client);
    long now = service.seconds();
    if (!clients.allows(upper, lower, now)) {
      counters.clientLimited();
      return;
    }
    if (channel
        == Channel.TCP) { // answers under encryption are padded, which the cache does not do
      int octets = service.fromCacheForStream(query, upper, lower, out, now);
      if (octets > 0) {
        counters.packetHit();
        writeHere(out, octets, 0, limits.message());
        return;
      }
    }
    long start = System.nanoTime();
    var transport = channel == Channel.TCP ? Request.Transport.STREAM : Request.Transport.ENCRYPTED;
    switch (service.answer(new Request(query, query.length, connection.peer(), transport))) {
      case Outcome.Reply(byte[] wire) -> finishHere(wire, start, limits.message());
      case Outcome.Deferred work -> later(work, start);
      case Outcome.Transfer work -> work.run(wire -> finishHere(wire, start, limits.transfer()));
      case Outcome.Silence silence -> {}
      case Outcome.NotOurs notOurs -> {}
    }
  }

  private void later(Outcome.Deferred work, long start) {
    while (!isTaken(inFlight, 1)) {
      resetIfStuck();
    }
    Thread.ofVirtual()
        .name("dns-stream")
        .start(
            () -> {
              try {
                work.run(wire -> finish(wire, start));
              } catch (IOException e) {
                LOG.debug("{}: {}", connection, e.toString());
              } catch (RuntimeException | Error e) {
                LOG.error("{}: answering failed", connection, e);
              } finally {
                inFlight.release();
              }
            });
  }

  /** Ends a query on the session's own thread, which alone may time a phase of the connection. */
  private void finishHere(byte[] wire, long start, Duration limit) throws IOException {
    long nanos = System.nanoTime() - start;
    counters.took(nanos);
    writeHere(wire, wire.length, nanos, limit);
  }

  private void writeHere(byte[] wire, int octets, long nanos, Duration limit) throws IOException {
    connection.deadline(limit, "answer");
    try {
      write(wire, octets, nanos);
    } finally {
      connection.clearDeadline();
    }
  }

  private void finish(byte[] wire, long start) throws IOException {
    long nanos = System.nanoTime() - start;
    counters.took(nanos);
    write(wire, wire.length, nanos);
  }

  private void write(byte[] wire, int octets, long nanos) throws IOException {
    if (log.isOn()) {
      log.record(channel, connection.peer(), wire, octets, nanos);
    }
    writing.lock();
    try {
      writingSince = System.nanoTime() | 1;
      connection.out().frame16(wire, 0, octets);
      connection.out().flush();
    } finally {
      writingSince = NOT_WRITING;
      writing.unlock();
    }
    counters.answered(wire);
  }
}
