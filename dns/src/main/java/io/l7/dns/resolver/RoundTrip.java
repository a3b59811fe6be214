package io.l7.dns.resolver;

/**
 * The smoothed round-trip time of one server after Jacobson and Karels (RFC 6298), with back-off on
 * silence. Milliseconds. Immutable.
 *
 * @param smoothed 0 for a server never heard of
 * @param timeout how long to wait for the next answer
 * @param silences questions in a row that were not answered
 */
public record RoundTrip(int smoothed, int variation, int timeout, int silences) {
  /** Wait for a server never heard of; Unbound's figure. */
  public static final int UNKNOWN = 376;

  private static final int LEAST = 50;
  private static final int MOST = 120_000;

  /** From this wait on a server counts as dead and is only probed. */
  public static final int DEAD = 12_000;

  public static final RoundTrip NEW = new RoundTrip(0, UNKNOWN / 4, UNKNOWN, 0);

  public RoundTrip answered(int millis) {
    if (smoothed == 0) {
      return with(millis, millis / 2);
    }
    int difference = millis - smoothed;
    return with(smoothed + difference / 8, variation + (Math.abs(difference) - variation) / 4);
  }

  private static RoundTrip with(int smoothed, int variation) {
    int one = Math.max(1, smoothed);
    return new RoundTrip(one, variation, Math.clamp(one + 4L * variation, LEAST, MOST), 0);
  }

  /**
   * After a silence of {@code waited} milliseconds: the next wait is twice as long. Questions that
   * were on their way together double it once, so that one lost burst does not make a server dead.
   */
  public RoundTrip silent(int waited) {
    int doubled = Math.min(MOST, Math.max(LEAST, waited) * 2);
    return new RoundTrip(smoothed, variation, Math.max(timeout, doubled), silences + 1);
  }

  public boolean isDead() {
    return timeout >= DEAD;
  }
}
