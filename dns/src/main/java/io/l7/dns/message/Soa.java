package io.l7.dns.message;

/** A view of SOA data (RFC 1035 §3.3.13). All times in seconds. */
public record Soa(
    Name mname, Name rname, long serial, long refresh, long retry, long expire, long minimum) {
  /**
   * Reads the data.
   *
   * @throws IllegalArgumentException if it is not SOA data
   */
  public static Soa of(Rdata rdata) {
    Name mname = rdata.nameAt(0);
    Name rname = rdata.nameAt(mname.wireLength());
    int at = mname.wireLength() + rname.wireLength();
    if (rdata.length() != at + 20) {
      throw new IllegalArgumentException("SOA data of " + rdata.length() + " octets");
    }
    return new Soa(
        mname,
        rname,
        rdata.u32(at),
        rdata.u32(at + 4),
        rdata.u32(at + 8),
        rdata.u32(at + 12),
        rdata.u32(at + 16));
  }

  public Soa withSerial(long other) {
    return new Soa(mname, rname, other, refresh, retry, expire, minimum);
  }

  public Rdata toRdata() {
    var wire = new byte[mname.wireLength() + rname.wireLength() + 20];
    int at = mname.copyTo(wire, 0);
    at += rname.copyTo(wire, at);
    for (long value : new long[] {serial, refresh, retry, expire, minimum}) {
      Octets.putU32(wire, at, value);
      at += 4;
    }
    return Rdata.trusted(wire);
  }
}
