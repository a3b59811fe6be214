package io.l7.dns.message;

/** A view of SRV data (RFC 2782). */
public record Srv(int priority, int weight, int port, Name target) {
  /**
   * Reads the data.
   *
   * @throws IllegalArgumentException if it is not SRV data
   */
  public static Srv of(Rdata rdata) {
    if (rdata.length() < 7) {
      throw new IllegalArgumentException("SRV data of " + rdata.length() + " octets");
    }
    return new Srv(rdata.u16(0), rdata.u16(2), rdata.u16(4), rdata.nameAt(6));
  }
}
