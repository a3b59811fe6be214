package io.l7.dns.message;

import java.util.Locale;

/** The presentation form of LOC data (RFC 1876 §3), with all digits, as BIND and Knot print it. */
final class LocText {
  static final int TYPE = 29;

  private static final int OCTETS = 16;

  /** The equator and the prime meridian, in thousandths of a second of arc. */
  private static final long MIDDLE = 1L << 31;

  /** What an altitude is above, in centimetres below the spheroid. */
  private static final long LOWEST = 10_000_000;

  private LocText() {}

  /**
   * Prints the data.
   *
   * @throws IllegalArgumentException if it is not of version 0
   */
  static String print(Rdata rdata) {
    if (rdata.length() != OCTETS || rdata.u8(0) != 0) {
      throw new IllegalArgumentException("LOC data of another version");
    }
    long altitude = rdata.u32(12) - LOWEST;
    return String.join(
        " ",
        angle(rdata.u32(4) - MIDDLE, 'N', 'S'),
        angle(rdata.u32(8) - MIDDLE, 'E', 'W'),
        (altitude < 0 ? "-" : "") + metres(Math.abs(altitude)),
        size(rdata.u8(1)),
        size(rdata.u8(2)),
        size(rdata.u8(3)));
  }

  private static String angle(long thousandths, char positive, char negative) {
    long rest = Math.abs(thousandths);
    return String.format(
        Locale.ROOT,
        "%d %d %d.%03d %c",
        rest / 3_600_000,
        rest / 60_000 % 60,
        rest / 1_000 % 60,
        rest % 1_000,
        thousandths < 0 ? negative : positive);
  }

  private static String metres(long centimetres) {
    return String.format(Locale.ROOT, "%d.%02dm", centimetres / 100, centimetres % 100);
  }

  /** A digit and a power of ten, of centimetres; whole metres without a fraction. */
  private static String size(int octet) {
    int power = octet & 0xf;
    if (octet >> 4 > 9 || power > 9) {
      throw new IllegalArgumentException("LOC data with a size of " + octet);
    }
    long centimetres = (octet >> 4) * (long) Math.pow(10, power);
    return power < 2 ? metres(centimetres) : centimetres / 100 + "m";
  }
}
