package io.l7.dns.message;

/**
 * Whether rdata that a stranger sent may enter a zone: the types whose form the server itself
 * relies on.
 */
public final class RdataCheck {
  private RdataCheck() {}

  /** Whether the data has the form of its type, as far as that is looked at here. */
  public static boolean isWellFormed(RRType type, Rdata rdata) {
    try {
      return switch (type.code()) {
        case 1 -> rdata.length() == 4;
        case 28 -> rdata.length() == 16;
        case 2, 5, 12, 39 -> rdata.asName().wireLength() == rdata.length();
        case 15 -> rdata.nameAt(2).wireLength() + 2 == rdata.length();
        case 33 -> rdata.nameAt(6).wireLength() + 6 == rdata.length();
        case 6 -> Soa.of(rdata).refresh() >= 0;
        case 43, 48, 59, 60 -> rdata.length() > 4;
        case 16 -> strings(rdata);
        default -> true;
      };
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static boolean strings(Rdata rdata) {
    int at = 0;
    while (at < rdata.length()) {
      at += 1 + rdata.u8(at);
    }
    return at == rdata.length() && at > 0;
  }
}
