package io.l7.dns.message;

/** A view of RRSIG data (RFC 4034 §3). */
public record Rrsig(Rdata rdata) {
  /** Octets before the signer's name. */
  public static final int FIXED_OCTETS = 18;

  public Rrsig {
    if (rdata.length() < FIXED_OCTETS + 1) {
      throw new IllegalArgumentException("RRSIG data of " + rdata.length() + " octets");
    }
    rdata.nameAt(FIXED_OCTETS);
  }

  public RRType typeCovered() {
    return new RRType(rdata.u16(0));
  }

  public int algorithm() {
    return rdata.u8(2);
  }

  /** Labels of the owner, the root and a leading asterisk not counted. */
  public int labels() {
    return rdata.u8(3);
  }

  /** Seconds. */
  public long originalTtl() {
    return rdata.u32(4);
  }

  /** Seconds since 1970 modulo 2^32, compared by serial arithmetic (RFC 4034 §3.1.5). */
  public long expiration() {
    return rdata.u32(8);
  }

  /** Seconds since 1970 modulo 2^32, compared by serial arithmetic (RFC 4034 §3.1.5). */
  public long inception() {
    return rdata.u32(12);
  }

  public int keyTag() {
    return rdata.u16(16);
  }

  public Name signer() {
    return rdata.nameAt(FIXED_OCTETS);
  }

  public byte[] signature() {
    return rdata.bytes(FIXED_OCTETS + signer().wireLength(), rdata.length());
  }
}
