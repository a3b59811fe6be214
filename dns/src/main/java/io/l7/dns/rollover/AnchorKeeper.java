package io.l7.dns.rollover;

import io.l7.common.time.Scheduler;
import io.l7.dns.message.RRset;
import io.l7.dns.message.Rdata;
import io.l7.dns.message.ResourceRecord;
import io.l7.dns.message.Rrsig;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks for the keys of a trust point as often as RFC 5011 §2.3 wants, and tells when the anchors
 * change. A change counts once it is on disk.
 */
public final class AnchorKeeper implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(AnchorKeeper.class);
  private static final Duration LEAST = Duration.ofHours(1);
  private static final Duration MOST = Duration.ofDays(15);
  private static final Duration MOST_RETRY = Duration.ofDays(1);

  private final AnchorFile file;
  private final Supplier<Optional<RRset>> keys;
  private final Consumer<List<ResourceRecord>> changed;
  private final Scheduler scheduler;
  private final InstantSource clock;
  private TrustPoint point;
  private Duration retry = LEAST;
  private List<ResourceRecord> taken;
  private boolean closed;

  /**
   * Begins with what the file says, or else with {@code initial}.
   *
   * @param keys fetches the zone's DNSKEY set with its signatures, unvalidated; may block
   * @param changed takes the anchors whenever they are others than before
   * @param clock the time of day, by which keys are held
   */
  public AnchorKeeper(
      TrustPoint initial,
      AnchorFile file,
      Supplier<Optional<RRset>> keys,
      Consumer<List<ResourceRecord>> changed,
      Scheduler scheduler,
      InstantSource clock)
      throws IOException {
    this.file = file;
    this.keys = keys;
    this.changed = changed;
    this.scheduler = scheduler;
    this.clock = clock;
    this.point =
        file.read()
            .map(known -> new TrustPoint(initial.zone(), initial.ds(), known))
            .orElse(initial);
    this.taken = point.anchors();
  }

  /** The anchors of the moment. */
  public synchronized List<ResourceRecord> anchors() {
    return point.anchors();
  }

  /** What is known of each key. */
  public synchronized TrustPoint point() {
    return point;
  }

  /** Looks now, and from now on whenever it is time. */
  public void start() {
    var _ = scheduler.after(Duration.ZERO, this::look);
  }

  private void look() {
    synchronized (this) {
      if (closed) {
        return;
      }
    }
    Duration wait = LEAST;
    try {
      wait = take(keys.get());
      hand(anchors());
    } catch (RuntimeException e) {
      // Whoever takes the anchors may not be able to now; to look no more would end in no anchor.
      LOG.error("trust anchors of {}: looking again in {}", point().zone(), LEAST, e);
      wait = LEAST;
    }
    var _ = scheduler.after(wait, this::look);
  }

  private void hand(List<ResourceRecord> now) {
    if (!now.equals(taken)) {
      LOG.warn("trust anchors of {}: now {}", point().zone(), now.size());
      changed.accept(now);
      taken = now;
    }
  }

  /** Takes what was fetched; returns how long to wait until the next look. */
  private synchronized Duration take(Optional<RRset> set) {
    long now = Math.floorDiv(clock.millis(), 1000L);
    Optional<TrustPoint> next = set.flatMap(shown -> point.seen(shown, now));
    if (next.isEmpty()) {
      LOG.warn(
          "trust anchors of {}: {}",
          point.zone(),
          set.isEmpty() ? "no keys could be had" : "no trusted key vouches for the keys seen");
      return set.map(shown -> interval(shown, now, 10, MOST_RETRY)).orElse(retry);
    }
    RRset shown = set.get();
    retry = interval(shown, now, 10, MOST_RETRY);
    if (!next.get().equals(point)) {
      try {
        file.write(next.get());
      } catch (IOException e) {
        LOG.error("trust anchors of {} stay as they were: {}", point.zone(), e.getMessage());
        return LEAST;
      }
      point = next.get();
    }
    return interval(shown, now, 2, MOST);
  }

  /** RFC 5011 §2.3: a part of TTL and of what is left of the signatures, within bounds. */
  private static Duration interval(RRset set, long now, int part, Duration most) {
    long shortest = set.ttl();
    for (Rdata data : set.signatures()) {
      var rrsig = new Rrsig(data);
      int left = (int) rrsig.expiration() - (int) now; // RFC 1982 arithmetic
      shortest = Math.min(shortest, Math.min(rrsig.originalTtl(), Math.max(0, left)));
    }
    long seconds = Math.clamp(shortest / part, LEAST.toSeconds(), most.toSeconds());
    return Duration.ofSeconds(seconds);
  }

  @Override
  public synchronized void close() {
    closed = true;
  }
}
