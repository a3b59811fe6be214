package io.l7.bittorrent.peer;

import io.l7.common.limits.TokenBucket;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * The limits of rate one direction of a torrent stands under: its own and the node's. A reservation
 * goes into debt in each, so the mean holds whatever the size of a block. Safe for all threads.
 */
public final class Pace {
  /**
   * A burst of this time's worth: a thread that is woken late by less loses nothing of its rate,
   * and it is short against anything a rate is measured over.
   */
  private static final double BURST_SECONDS = 0.25;

  private static final int BLOCK = 16 * 1024;

  private final List<TokenBucket> buckets;

  private Pace(List<TokenBucket> buckets) {
    this.buckets = buckets;
  }

  /** No limit. */
  public static Pace unlimited() {
    return new Pace(List.of());
  }

  /** So many bytes a second, if a number is given. */
  public static Pace of(OptionalLong bytesPerSecond) {
    return bytesPerSecond.isEmpty()
        ? unlimited()
        : new Pace(List.of(bucket(bytesPerSecond.getAsLong())));
  }

  private static TokenBucket bucket(long rate) {
    return new TokenBucket(rate, Math.max(BLOCK, rate * BURST_SECONDS));
  }

  /** Both these limits. */
  public Pace and(Pace other) {
    return new Pace(Stream.concat(buckets.stream(), other.buckets.stream()).toList());
  }

  /** Whether there is any limit. */
  public boolean isLimited() {
    return !buckets.isEmpty();
  }

  /** Takes {@code bytes} on credit; nanoseconds until they may be used. */
  public long reserve(int bytes) {
    long wait = 0;
    for (var bucket : buckets) {
      wait = Math.max(wait, bucket.reserve(bytes));
    }
    return wait;
  }

  /** Takes {@code bytes} and parks until they may be used. */
  public void take(int bytes) {
    for (var bucket : buckets) {
      bucket.take(bytes);
    }
  }
}
