package io.l7.smtp.message;

/**
 * Watches a content go by and keeps what the server has to know of its header: how long it is and
 * how many Received fields it has (RFC 5321 §6.3). Fed in pieces of any size, holds no text.
 */
public final class HeaderOutline {
  private static final String RECEIVED = "received:";

  private boolean inHeader = true;
  private int column;
  private int matched;
  private int received;
  private long octets;
  private boolean eightBit;

  /** Looks at the next octets. */
  public void watch(byte[] b, int offset, int length) {
    var end = offset + length;
    for (var i = offset; i < end && inHeader; i++) {
      octets++;
      var c = b[i];
      if (c < 0) {
        eightBit = true;
      }
      if (c == '\n') {
        inHeader = column > 0;
        column = 0;
        matched = 0;
      } else if (c != '\r') {
        if (matched == column
            && column < RECEIVED.length()
            && lower(c) == RECEIVED.charAt(column)) {
          matched++;
          if (matched == RECEIVED.length()) {
            received++;
          }
        }
        column++;
      }
    }
  }

  private static int lower(byte c) {
    return c >= 'A' && c <= 'Z' ? c + 32 : c;
  }

  /** Received fields so far. */
  public int received() {
    return received;
  }

  /** Octets of the header so far, with the empty line behind it. */
  public long headerOctets() {
    return octets;
  }

  /** Whether the header has octets above 127, which only SMTPUTF8 servers may see (RFC 6532). */
  public boolean eightBitHeader() {
    return eightBit;
  }

  /** Whether the empty line has not come yet. */
  public boolean inHeader() {
    return inHeader;
  }
}
