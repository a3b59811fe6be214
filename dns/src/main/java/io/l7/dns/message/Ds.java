package io.l7.dns.message;

/** A view of DS or CDS data (RFC 4034 §5). */
public record Ds(Rdata rdata) {
  public Ds {
    if (rdata.length() < 4) {
      throw new IllegalArgumentException("DS data of " + rdata.length() + " octets");
    }
  }

  public int keyTag() {
    return rdata.u16(0);
  }

  public int algorithm() {
    return rdata.u8(2);
  }

  public int digestType() {
    return rdata.u8(3);
  }

  public byte[] digest() {
    return rdata.bytes(4, rdata.length());
  }
}
