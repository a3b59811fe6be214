package io.l7.dns.zone;

/** Serial number arithmetic of 32 bits (RFC 1982). */
public final class Serial {
  private static final long MASK = 0xffff_ffffL;

  private Serial() {}

  /**
   * True when {@code a} comes after {@code b}; false too where RFC 1982 §3.2 leaves it undefined.
   */
  public static boolean isAfter(long a, long b) {
    int difference = (int) (a - b);
    return difference > 0;
  }

  /** The next serial; 0 is skipped, since RFC 2136 §7.11 leaves it to mean "unknown". */
  public static long next(long serial) {
    long next = (serial + 1) & MASK;
    return next == 0 ? 1 : next;
  }
}
