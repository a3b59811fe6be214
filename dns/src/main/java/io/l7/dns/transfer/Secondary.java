package io.l7.dns.transfer;

import io.l7.common.net.Connection;
import io.l7.common.net.Dialer;
import io.l7.common.net.Endpoint;
import io.l7.common.time.Scheduler;
import io.l7.dns.message.Name;
import io.l7.dns.message.Soa;
import io.l7.dns.tsig.TsigKey;
import io.l7.dns.zone.LiveZone;
import io.l7.dns.zone.Zone;
import io.l7.dns.zone.ZoneStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A zone kept after its primary (RFC 1034 §4.3.5): looked at every refresh, tried again every
 * retry, dropped at expire, and at once after a NOTIFY. Work runs on virtual threads, one at a
 * time.
 */
public final class Secondary implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Secondary.class);

  /** How often a zone that has never come is asked for. */
  private static final Duration FIRST_RETRY = Duration.ofSeconds(5);

  private final Name origin;
  private final List<Endpoint> primaries;
  private final Optional<TsigKey> key;
  private final ZoneStore zones;
  private final Dialer dialer;
  private final Scheduler scheduler;
  private final TransferLimits limits;
  private final Keeper keeper;
  private final RandomGenerator random;

  private final AtomicBoolean busy = new AtomicBoolean();
  private final AtomicBoolean again = new AtomicBoolean();
  private Optional<LiveZone> live = Optional.empty();
  private Instant lastContact;
  private Optional<Scheduler.Timer> timer = Optional.empty();
  private volatile boolean closed;

  /** Keeps what came, so that a restart does not need the primary, and may veto it. */
  @FunctionalInterface
  public interface Keeper {
    /**
     * Keeps a version before it is served.
     *
     * @throws IOException when the version must not be served, or cannot be kept
     */
    void keep(Zone zone) throws IOException;
  }

  /**
   * A secondary that has not started.
   *
   * @param random makes message IDs; a source that cannot be foreseen
   */
  public Secondary(
      Name origin,
      List<Endpoint> primaries,
      Optional<TsigKey> key,
      ZoneStore zones,
      Dialer dialer,
      Scheduler scheduler,
      TransferLimits limits,
      Keeper keeper,
      RandomGenerator random) {
    this.origin = origin;
    this.primaries = List.copyOf(primaries);
    this.key = key;
    this.zones = zones;
    this.dialer = dialer;
    this.scheduler = scheduler;
    this.limits = limits;
    this.keeper = keeper;
    this.random = random;
    this.lastContact = scheduler.clock().instant();
  }

  public Name origin() {
    return origin;
  }

  /** Serves a version kept from before, if there is one, and asks the primary for the next. */
  public void start(Optional<LiveZone> kept) {
    synchronized (this) {
      live = kept;
    }
    kept.ifPresent(zones::add);
    refreshNow();
  }

  /**
   * Has the zone looked at soon.
   *
   * @return false when the address is none of a primary's, and nothing happens
   */
  public boolean notified(InetAddress from) {
    boolean known = primaries.stream().anyMatch(primary -> isAt(primary, from));
    if (known) {
      refreshNow();
    }
    return known;
  }

  /** Names are not looked up here: a NOTIFY must not make this server ask around. */
  private static boolean isAt(Endpoint primary, InetAddress address) {
    try {
      return primary.isLiteral() && InetAddress.getByName(primary.host()).equals(address);
    } catch (UnknownHostException e) {
      return false;
    }
  }

  private void refreshNow() {
    again.set(true);
    if (busy.compareAndSet(false, true)) {
      Thread.ofVirtual().name("dns-secondary-" + origin).start(this::work);
    }
  }

  private void work() {
    try {
      while (!closed && again.getAndSet(false)) {
        schedule(refresh());
      }
    } finally {
      busy.set(false);
    }
    if (again.get() && !closed) {
      refreshNow(); // asked between the last look and the end
    }
  }

  /** Tries each primary in turn; returns whether one of them answered. */
  private boolean refresh() {
    for (Endpoint primary : primaries) {
      try (Connection connection = dialer.dial(primary)) {
        Optional<Zone> have;
        synchronized (this) {
          have = live.map(LiveZone::zone);
        }
        var result =
            IncomingTransfer.run(
                connection, origin, have, key, scheduler.clock(), random.nextInt(0x10000), limits);
        take(result);
        return true;
      } catch (IOException e) {
        LOG.warn("zone {} from {}: {}", origin, primary, e.toString());
      }
    }
    return false;
  }

  private synchronized void take(IncomingTransfer.Result result) throws IOException {
    switch (result) {
      case IncomingTransfer.Result.Current current -> live.ifPresent(zones::add);
      case IncomingTransfer.Result.Whole whole -> {
        keeper.keep(whole.zone());
        if (live.isPresent()) {
          live.get().publish(whole.zone());
        } else {
          live = Optional.of(new LiveZone(whole.zone()));
        }
        zones.add(live.get());
        LOG.info(
            "zone {}: serial {} came whole, {} records",
            origin,
            whole.zone().serial(),
            whole.zone().records());
      }
      case IncomingTransfer.Result.Incremental step -> {
        keeper.keep(step.zone());
        live.orElseThrow().publish(step.zone(), step.deltas());
        zones.add(live.get());
        LOG.info(
            "zone {}: serial {} came in {} differences",
            origin,
            step.zone().serial(),
            step.deltas().size());
      }
    }
    lastContact = scheduler.clock().instant();
  }

  private synchronized void schedule(boolean reached) {
    timer.ifPresent(Scheduler.Timer::cancel);
    Duration delay = FIRST_RETRY;
    if (live.isPresent()) {
      Soa soa = live.get().zone().soa();
      Duration silent = Duration.between(lastContact, scheduler.clock().instant());
      if (!reached && silent.toSeconds() > soa.expire()) {
        LOG.warn("zone {} has expired and is served no longer", origin);
        zones.remove(origin); // RFC 1034 §4.3.5
      }
      delay = Duration.ofSeconds(reached ? soa.refresh() : soa.retry());
    }
    if (delay.compareTo(limits.minRetry()) < 0) {
      delay = limits.minRetry();
    }
    if (delay.compareTo(limits.maxRefresh()) > 0) {
      delay = limits.maxRefresh();
    }
    timer = Optional.of(scheduler.after(delay, this::refreshNow));
  }

  @Override
  public synchronized void close() {
    closed = true;
    timer.ifPresent(Scheduler.Timer::cancel);
  }
}
