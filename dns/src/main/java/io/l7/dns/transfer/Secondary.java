package io.l7.dns.transfer;

import io.l7.common.net.Connection;
import io.l7.common.net.Dialer;
import io.l7.common.net.Endpoint;
import io.l7.common.time.Scheduler;
import io.l7.dns.message.Name;
import io.l7.dns.message.Soa;
import io.l7.dns.tsig.TsigKey;
import io.l7.dns.zone.LiveZone;
import io.l7.dns.zone.Serial;
import io.l7.dns.zone.Zone;
import io.l7.dns.zone.ZoneCheck;
import io.l7.dns.zone.ZoneDelta;
import io.l7.dns.zone.ZoneStore;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
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

  /** Longer than any zone may be served without a word from a primary: 2^32 seconds. */
  private static final Duration AGES = Duration.ofSeconds(1L << 32);

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

  /**
   * When a primary was last heard of, as {@link Scheduler#nanos}: no clock can be set back there.
   */
  private long lastContact;

  private Optional<Scheduler.Timer> timer = Optional.empty();
  private final List<Consumer<Zone>> listeners = new CopyOnWriteArrayList<>();
  private final List<Consumer<Transferred>> accounts = new CopyOnWriteArrayList<>();
  private volatile boolean closed;

  /** How a look at a primary ended. */
  public enum Transferred {
    /** There was nothing newer. */
    CURRENT,
    INCREMENTAL,
    WHOLE,
    /** More differences than are held in memory: all of the zone was asked for instead. */
    TOO_LARGE,
    FAILED
  }

  /** Keeps what came, so that a restart does not need the primary, and may veto it. */
  @FunctionalInterface
  public interface Keeper {
    /**
     * Keeps a version before it is served.
     *
     * @throws IOException when the version must not be served, or cannot be kept
     */
    void keep(Zone zone) throws IOException;

    /** As {@link #keep(Zone)}, where the differences from the version kept last are known. */
    default void keep(Zone zone, List<ZoneDelta> deltas) throws IOException {
      keep(zone);
    }

    /** Notes that the primary has just confirmed the version kept last. */
    default void confirmed() throws IOException {}

    /** The version kept by an earlier run. */
    default Optional<Kept> kept() {
      return Optional.empty();
    }
  }

  /**
   * A version from an earlier run.
   *
   * @param confirmed when the primary last had it; the zone expires so much sooner
   */
  public record Kept(LiveZone zone, Instant confirmed) {}

  /** What became of a NOTIFY. */
  public enum Notified {
    /** The primary is asked. */
    TAKEN,
    /** It tells of a version that is here already. */
    KNOWN,
    /** It is none of a primary's, or not signed as it must be, and nothing happens. */
    STRANGER
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
    this.lastContact = scheduler.nanos();
  }

  public Name origin() {
    return origin;
  }

  /** Has {@code listener} told of every version that is served from now on. */
  public void onChange(Consumer<Zone> listener) {
    listeners.add(listener);
  }

  /** Has {@code account} told how each look at a primary ended, on the thread that looked. */
  public void onTransfer(Consumer<Transferred> account) {
    accounts.add(account);
  }

  private void count(Transferred how) {
    accounts.forEach(account -> account.accept(how));
  }

  /**
   * Serves the version kept from before, if there is one that has not expired, and asks the primary
   * for the next.
   */
  public void start() {
    synchronized (this) {
      zones.vacate(origin);
      keeper
          .kept()
          .ifPresent(
              kept -> {
                live = Optional.of(kept.zone());
                lastContact = scheduler.nanos() - silence(kept.confirmed()).toNanos();
                if (!isExpired()) {
                  zones.add(kept.zone());
                }
              });
    }
    refreshNow();
  }

  /** How long ago that was; a moment that is still to come is now. */
  private Duration silence(Instant confirmed) {
    Duration silence = Duration.between(confirmed, scheduler.clock().instant());
    return silence.isNegative() ? Duration.ZERO : silence.compareTo(AGES) > 0 ? AGES : silence;
  }

  /**
   * Has the zone looked at soon, when the right one asks for it (RFC 1996 §3.10, §3.11).
   *
   * @param signedBy the key of the NOTIFY's signature, which must be the one that transfers are
   *     signed with
   * @param serial the version it tells of, if it does
   */
  public Notified notified(InetAddress from, Optional<TsigKey> signedBy, Optional<Long> serial) {
    boolean known = primaries.stream().anyMatch(primary -> isAt(primary, from));
    if (!known || (key.isPresent() && !key.equals(signedBy))) {
      return Notified.STRANGER;
    }
    synchronized (this) {
      // RFC 1996 §3.7: the serial is a hint that there may be nothing to do
      boolean old =
          serial.isPresent()
              && live.isPresent()
              && !isExpired()
              && !Serial.isAfter(serial.get(), live.get().zone().serial());
      if (old) {
        return Notified.KNOWN;
      }
    }
    refreshNow();
    return Notified.TAKEN;
  }

  /** Names are not looked up here: a NOTIFY must not make this server ask around. */
  private static boolean isAt(Endpoint primary, InetAddress address) {
    return primary.literal().filter(address::equals).isPresent();
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
      try {
        try {
          take(fetch(primary, live().map(LiveZone::zone)));
        } catch (NoDifferences e) { // RFC 1995 §4: AXFR is the way out
          LOG.info("zone {} from {}: {}; asking for all of it", origin, primary, e.getMessage());
          if (e instanceof NoDifferences.TooLarge) {
            count(Transferred.TOO_LARGE);
          }
          take(fetch(primary, Optional.empty()));
        }
        return true;
      } catch (IOException e) {
        count(Transferred.FAILED);
        LOG.warn("zone {} from {}: {}", origin, primary, e.toString());
      } catch (RuntimeException | OutOfMemoryError e) {
        if (closed) {
          return false; // what it works with is being closed too
        }
        count(Transferred.FAILED);
        LOG.error(
            "zone {} from {}", origin, primary, e); // ours, and the next try comes all the same
      }
    }
    return false;
  }

  private IncomingTransfer.Result fetch(Endpoint primary, Optional<Zone> have) throws IOException {
    try (Connection connection = dialer.dial(primary)) {
      return IncomingTransfer.run(
          connection, origin, have, key, scheduler.clock(), random.nextInt(0x10000), limits);
    }
  }

  /**
   * Keeps what came and serves it. The disk is written without the lock: a NOTIFY in between is
   * answered by the thread that receives all datagrams.
   */
  private void take(IncomingTransfer.Result result) throws IOException {
    switch (result) {
      case IncomingTransfer.Result.Current current -> {
        Optional<LiveZone> had = live();
        if (had.isPresent()) {
          confirmed(had.get().zone());
          zones.add(had.get());
        }
        contact(had);
        count(Transferred.CURRENT);
      }
      case IncomingTransfer.Result.Whole whole -> {
        keeper.keep(whole.zone());
        Optional<LiveZone> had = live();
        had.ifPresent(zone -> zone.publish(whole.zone()));
        serve(had.orElseGet(() -> new LiveZone(whole.zone())), whole.zone().records() + " records");
        count(Transferred.WHOLE);
      }
      case IncomingTransfer.Result.Incremental step -> {
        keep(step);
        LiveZone zone = live().orElseThrow();
        zone.publish(step.zone(), step.deltas());
        serve(zone, step.deltas().size() + " differences");
        count(Transferred.INCREMENTAL);
      }
    }
  }

  private void keep(IncomingTransfer.Result.Incremental step) throws IOException {
    try {
      keeper.keep(step.zone(), step.deltas());
    } catch (IOException e) {
      // RFC 8976 §4: what the differences make is not the primary's zone
      throw ZoneCheck.digest(step.zone()).isPresent() ? new NoDifferences(e) : e;
    }
  }

  /** The primary is there, whatever is wrong with our copy: it is no reason to serve no more. */
  private void confirmed(Zone zone) {
    try {
      keeper.confirmed();
    } catch (IOException e) {
      LOG.warn("zone {}: its copy is kept anew: {}", origin, e.toString());
      try {
        keeper.keep(zone);
      } catch (IOException again) {
        LOG.error("zone {}: it cannot be kept", origin, again);
      }
    }
  }

  /** The version that came last, served or expired; empty before the first. */
  public Optional<Zone> version() {
    return live().map(LiveZone::zone);
  }

  private synchronized Optional<LiveZone> live() {
    return live;
  }

  private synchronized void contact(Optional<LiveZone> now) {
    live = now;
    lastContact = scheduler.nanos();
  }

  private void serve(LiveZone now, String what) {
    contact(Optional.of(now));
    zones.add(now);
    LOG.info("zone {}: serial {} came in {}", origin, now.zone().serial(), what);
    listeners.forEach(listener -> listener.accept(now.zone()));
  }

  /** How long the zone may still be served without a word from a primary; negative when expired. */
  private Duration left(Soa soa) {
    return Duration.ofSeconds(soa.expire()).minusNanos(scheduler.nanos() - lastContact);
  }

  private boolean isExpired() {
    return live.map(zone -> left(zone.zone().soa()).isNegative()).orElse(true);
  }

  private synchronized void schedule(boolean reached) {
    timer.ifPresent(Scheduler.Timer::cancel);
    Duration delay = FIRST_RETRY;
    if (live.isPresent()) {
      Soa soa = live.get().zone().soa();
      delay = Duration.ofSeconds(reached ? soa.refresh() : soa.retry());
      if (!reached && isExpired() && zones.at(origin).isPresent()) {
        LOG.warn("zone {} has expired and is served no longer", origin);
        zones.vacate(origin); // RFC 1034 §4.3.5
      }
      Duration end = left(soa).plusSeconds(1);
      if (!end.isNegative() && delay.compareTo(end) > 0) {
        delay = end;
      }
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
