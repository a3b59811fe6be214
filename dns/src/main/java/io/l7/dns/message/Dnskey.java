package io.l7.dns.message;

/** A view of DNSKEY or CDNSKEY data (RFC 4034 §2). */
public record Dnskey(Rdata rdata) {
  public Dnskey {
    if (rdata.length() < 4) {
      throw new IllegalArgumentException("DNSKEY data of " + rdata.length() + " octets");
    }
  }

  public int flags() {
    return rdata.u16(0);
  }

  public int protocol() {
    return rdata.u8(2);
  }

  public int algorithm() {
    return rdata.u8(3);
  }

  public byte[] publicKey() {
    return rdata.bytes(4, rdata.length());
  }

  /** Whether bit 7 says that this key signs zone data (RFC 4034 §2.1.1). */
  public boolean isZoneKey() {
    return (flags() & 0x0100) != 0;
  }

  /** Secure entry point, bit 15. */
  public boolean isSecureEntryPoint() {
    return (flags() & 0x0001) != 0;
  }

  /** Bit 8 (RFC 5011 §3). */
  public boolean isRevoked() {
    return (flags() & 0x0080) != 0;
  }

  /** The key tag (RFC 4034 Appendix B; algorithm 1 by B.1). */
  public int keyTag() {
    int length = rdata.length();
    if (algorithm() == 1) {
      return length < 7 ? 0 : rdata.u16(length - 3);
    }
    long sum = 0;
    for (int i = 0; i < length; i++) {
      sum += (i & 1) == 0 ? rdata.u8(i) << 8 : rdata.u8(i);
    }
    return (int) ((sum + (sum >> 16)) & 0xffff);
  }
}
