package io.l7.dns.message;

/** A bit of the header's second word (RFC 1035 §4.1.1, RFC 4035 §3). */
public enum Flag {
  QR(0x8000),
  AA(0x0400),
  TC(0x0200),
  RD(0x0100),
  RA(0x0080),
  Z(0x0040),
  AD(0x0020),
  CD(0x0010);

  private final int mask;

  Flag(int mask) {
    this.mask = mask;
  }

  public int mask() {
    return mask;
  }
}
