package io.l7.dns.message;

/** A view of SVCB or HTTPS data (RFC 9460 §2.2): priority 0 is the alias form. */
public record Svcb(Rdata rdata) {
  public Svcb {
    if (rdata.length() < 3) {
      throw new IllegalArgumentException("SVCB data of " + rdata.length() + " octets");
    }
    rdata.nameAt(2);
  }

  public int priority() {
    return rdata.u16(0);
  }

  public Name target() {
    return rdata.nameAt(2);
  }
}
