package io.l7.common.limits;

import io.l7.common.time.Pause;
import java.util.function.LongSupplier;

/**
 * Lets a rate pass and a burst at once. A take may go into debt, which later takes pay off: a piece
 * larger than the burst passes too, and the mean stays. Safe for all threads.
 */
public final class TokenBucket {
  private static final double NANOS = 1e9;

  private final LongSupplier nanos;
  private double perSecond;
  private double burst;
  private double tokens;
  private long last;

  /**
   * A full bucket.
   *
   * @param perSecond tokens that come each second, over 0
   * @param burst tokens it holds at most, over 0
   * @param nanos a clock that never goes back
   */
  public TokenBucket(double perSecond, double burst, LongSupplier nanos) {
    if (perSecond <= 0 || burst <= 0)
      throw new IllegalArgumentException("rate and burst are over 0");
    this.perSecond = perSecond;
    this.burst = burst;
    this.tokens = burst;
    this.nanos = nanos;
    this.last = nanos.getAsLong();
  }

  /** A full bucket on the machine's clock. */
  public TokenBucket(double perSecond, double burst) {
    this(perSecond, burst, System::nanoTime);
  }

  private void refill() {
    long now = nanos.getAsLong();
    if (now <= last) return;
    tokens = Math.min(burst, tokens + (now - last) / NANOS * perSecond);
    last = now;
  }

  /** Takes {@code count} if they are there. */
  public synchronized boolean tryTake(long count) {
    refill();
    if (tokens < count) return false;
    tokens -= count;
    return true;
  }

  /**
   * Takes {@code count} on credit.
   *
   * @return nanoseconds to wait before using them; 0 when they were there
   */
  public synchronized long reserve(long count) {
    refill();
    tokens -= count;
    return tokens >= 0 ? 0 : (long) (-tokens / perSecond * NANOS);
  }

  /** Takes {@code count} and parks until they have come. */
  public void take(long count) {
    Pause.ofNanos(reserve(count));
  }

  /** Changes the rate and the burst from now on. */
  public synchronized void rate(double newPerSecond, double newBurst) {
    if (newPerSecond <= 0 || newBurst <= 0)
      throw new IllegalArgumentException("rate and burst are over 0");
    refill();
    perSecond = newPerSecond;
    burst = newBurst;
    tokens = Math.min(tokens, newBurst);
  }

  /** How many tokens are there now; negative when in debt. */
  public synchronized double available() {
    refill();
    return tokens;
  }
}
