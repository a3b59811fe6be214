package io.l7.dns.authority;

import io.l7.common.time.Scheduler;
import io.l7.dns.update.PrimaryZone;
import java.time.Duration;
import java.util.Collection;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks every hour for signatures that end soon, and has them made anew. */
final class Renewal implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Renewal.class);
  private static final Duration AHEAD = Duration.ofDays(4);
  private static final Duration EVERY = Duration.ofHours(1);

  private final Collection<PrimaryZone> zones;
  private final Scheduler scheduler;
  private Optional<Scheduler.Timer> next = Optional.empty();
  private volatile boolean closed;

  Renewal(Collection<PrimaryZone> zones, Scheduler scheduler) {
    this.zones = zones;
    this.scheduler = scheduler;
  }

  void start() {
    if (closed) {
      return;
    }
    for (PrimaryZone zone : zones) {
      try {
        int renewed = zone.renew(AHEAD, scheduler.clock());
        if (renewed > 0) {
          LOG.info("zone {}: signatures of {} sets renewed", zone.live().origin(), renewed);
        }
      } catch (RuntimeException e) {
        // ours, and the next look comes all the same
        LOG.error("zone {}: signatures were not renewed", zone.live().origin(), e);
      }
    }
    arm();
  }

  private synchronized void arm() {
    if (!closed) {
      next = Optional.of(scheduler.after(EVERY, this::start));
    }
  }

  /** What a timer holds, zones and all, is let go. */
  @Override
  public synchronized void close() {
    closed = true;
    next.ifPresent(Scheduler.Timer::cancel);
  }
}
