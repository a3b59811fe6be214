package io.l7.dns.message;

/** A view of MX data (RFC 1035 §3.3.9). */
public record Mx(int preference, Name exchange) {
  /**
   * Reads the data.
   *
   * @throws IllegalArgumentException if it is not MX data
   */
  public static Mx of(Rdata rdata) {
    if (rdata.length() < 3) {
      throw new IllegalArgumentException("MX data of " + rdata.length() + " octets");
    }
    return new Mx(rdata.u16(0), rdata.nameAt(2));
  }

  public Rdata toRdata() {
    var wire = new byte[2 + exchange.wireLength()];
    Octets.putU16(wire, 0, preference);
    exchange.copyTo(wire, 2);
    return Rdata.trusted(wire);
  }
}
