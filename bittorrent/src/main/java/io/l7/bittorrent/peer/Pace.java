package io.l7.bittorrent.peer;

import io.l7.common.limits.TokenBucket;
import io.l7.common.time.Pause;
import java.util.List;
import java.util.OptionalLong;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * The limits of rate one direction of a torrent stands under: its own and the node's. A reservation
 * goes into debt in each, so the mean holds whatever the size of a block. Safe for all threads.
 */
public final class Pace {
  private static final int BLOCK = 16 * 1024;

  private final List<Line> lines;

  private Pace(List<Line> lines) {
    this.lines = lines;
  }

  /** No limit. */
  public static Pace unlimited() {
    return new Pace(List.of());
  }

  /** So many bytes a second, if a number is given. */
  public static Pace of(OptionalLong bytesPerSecond) {
    return bytesPerSecond.isEmpty()
        ? unlimited()
        : of(bytesPerSecond.getAsLong(), System::nanoTime);
  }

  /** So many bytes a second by this clock, of nanoseconds. */
  static Pace of(long bytesPerSecond, LongSupplier nanos) {
    return new Pace(List.of(new Line(bytesPerSecond, nanos)));
  }

  /** Both these limits. */
  public Pace and(Pace other) {
    return new Pace(Stream.concat(lines.stream(), other.lines.stream()).toList());
  }

  /** Whether there is any limit. */
  public boolean isLimited() {
    return !lines.isEmpty();
  }

  /** Takes {@code bytes} on credit; nanoseconds until they may be used. */
  public long reserve(int bytes) {
    long wait = 0;
    for (var line : lines) {
      wait = Math.max(wait, line.reserve(bytes));
    }
    return wait;
  }

  /** Takes {@code bytes} and parks until they may be used. */
  public void take(int bytes) {
    Pause.ofNanos(reserve(bytes));
  }

  /** One limit. */
  private static final class Line {
    /** A thread that is woken late by less loses nothing of its rate. */
    private static final double LATE_SECONDS = 0.25;

    /**
     * What an idle line may send at once. On a wire that is no faster than the limit a burst stays
     * in the wire's queue for good, and each piece waits there at each hop: a quarter of a second
     * made a swarm of two seconds a third slower.
     */
    private static final double BURST_SECONDS = 0.05;

    private final double rate;
    private final LongSupplier nanos;
    private final TokenBucket bucket;
    private long usedUntil;

    Line(long bytesPerSecond, LongSupplier nanos) {
      this.rate = bytesPerSecond;
      this.nanos = nanos;
      this.bucket = new TokenBucket(rate, Math.max(BLOCK, rate * LATE_SECONDS), nanos);
      this.usedUntil = nanos.getAsLong() - (long) (LATE_SECONDS * 1e9) - 1;
    }

    synchronized long reserve(int bytes) {
      long now = nanos.getAsLong();
      if (now - usedUntil > LATE_SECONDS * 1e9) {
        double lost = bucket.available() - Math.max(BLOCK, rate * BURST_SECONDS);
        bucket.reserve(Math.max(0, (long) lost));
      }
      long wait = bucket.reserve(bytes);
      usedUntil = now + wait;
      return wait;
    }
  }
}
