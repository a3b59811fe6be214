package io.l7.dns.service;

import io.l7.common.net.Datagram;
import io.l7.common.net.DatagramHandler;
import io.l7.dns.authority.Outcome;
import io.l7.dns.authority.Request;
import io.l7.dns.service.ServiceCounters.Channel;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * DNS over UDP. What the packet cache holds is answered on the receiver's own thread, where nothing
 * is allocated; what may block goes to a virtual thread, as long as not too many are busy.
 */
public final class DatagramService implements DatagramHandler {
  private static final Logger LOG = LoggerFactory.getLogger(DatagramService.class);
  private static final int UDP_OCTETS = 65_535;

  private final WireService service;
  private final RateLimit rates;
  private final ClientLimit clients;
  private final ServiceCounters counters;
  private final QueryLog log;
  private final int mostWorking;
  private final Semaphore working;
  private volatile boolean draining;
  private final ThreadLocal<byte[]> scratch = ThreadLocal.withInitial(() -> new byte[UDP_OCTETS]);

  public DatagramService(
      WireService service,
      RateLimit rates,
      ClientLimit clients,
      ServiceCounters counters,
      QueryLog log,
      ServiceLimits limits) {
    this.service = service;
    this.rates = rates;
    this.clients = clients;
    this.counters = counters;
    this.log = log;
    this.mostWorking = limits.datagramsInFlight();
    this.working = new Semaphore(mostWorking);
  }

  /** Takes no query from now on, and waits until those being worked on have their answers. */
  public void drain(Duration limit) throws InterruptedException {
    draining = true;
    boolean _ = working.tryAcquire(mostWorking, limit.toNanos(), TimeUnit.NANOSECONDS);
  }

  @Override
  public void handle(Datagram datagram) throws IOException {
    if (draining) {
      return;
    }
    long upper = datagram.fromUpper();
    long lower = datagram.fromLower();
    long now = service.seconds();
    counters.query(Channel.UDP);
    if (!clients.allows(upper, lower, now)) {
      counters.clientLimited();
      return;
    }
    byte[] out = scratch.get();
    int octets = service.fromCache(datagram.data(), datagram.length(), upper, lower, out, now);
    if (octets > 0) {
      counters.packetHit();
      if (log.isOn()) {
        log.record(Channel.UDP, datagram.from(), out, octets, 0);
      }
      send(datagram, out, octets, now);
      return;
    }
    slow(datagram);
  }

  private void slow(Datagram datagram) throws IOException {
    long start = System.nanoTime();
    var request =
        new Request(datagram.data(), datagram.length(), datagram.from(), Request.Transport.UDP);
    switch (service.answer(request)) {
      case Outcome.Reply(byte[] wire) -> finish(datagram, wire, start);
      case Outcome.Deferred work -> {
        if (!working.tryAcquire()) {
          counters.shed();
          return;
        }
        Datagram kept = datagram.detach();
        Thread.ofVirtual().name("dns-udp").start(() -> run(work, kept, start));
      }
      case Outcome.Transfer transfer -> {} // not over UDP
      case Outcome.Silence silence -> {}
      case Outcome.NotOurs notOurs -> {}
    }
  }

  private void run(Outcome.Deferred work, Datagram datagram, long start) {
    try {
      work.run(wire -> finish(datagram, wire, start));
    } catch (IOException e) {
      LOG.debug("answering {}: {}", datagram.from(), e.toString());
    } catch (RuntimeException | Error e) {
      LOG.error("answering {} failed", datagram.from(), e);
    } finally {
      working.release();
    }
  }

  private void finish(Datagram datagram, byte[] wire, long start) throws IOException {
    long nanos = System.nanoTime() - start;
    counters.took(nanos);
    // First, so that a client that has its answer finds it in the log, even while the server stops.
    if (log.isOn()) {
      log.record(Channel.UDP, datagram.from(), wire, wire.length, nanos);
    }
    send(datagram, wire, wire.length, service.seconds());
  }

  private void send(Datagram datagram, byte[] wire, int octets, long now) throws IOException {
    if (rates.isOn()) {
      RateLimit.Decision decision =
          rates.count(datagram.fromUpper(), datagram.fromLower(), wire, octets, now);
      if (decision != RateLimit.Decision.SEND && !isProven(datagram)) {
        counters.rateLimited();
        if (decision == RateLimit.Decision.TRUNCATE) {
          byte[] truncated = WireService.truncated(datagram.data(), datagram.length());
          datagram.reply(truncated, 0, truncated.length);
        }
        return;
      }
    }
    counters.answered(wire);
    datagram.reply(wire, 0, octets);
  }

  /** Whether a cookie proves that the sender's address is not forged (RFC 7873 §6). */
  private boolean isProven(Datagram datagram) {
    return service.hasGoodCookie(datagram.data(), datagram.length(), datagram.from().getAddress());
  }
}
