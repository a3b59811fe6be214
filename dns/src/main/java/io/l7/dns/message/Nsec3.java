package io.l7.dns.message;

import java.util.Collection;
import java.util.SortedSet;

/** A view of NSEC3 data (RFC 5155 §3). */
public record Nsec3(Rdata rdata) {
  /** Hash algorithm SHA-1, the only one defined (RFC 5155 §11). */
  public static final int SHA1 = 1;

  public Nsec3 {
    int length = rdata.length();
    if (length < 6
        || length < 6 + rdata.u8(4)
        || length < 6 + rdata.u8(4) + rdata.u8(5 + rdata.u8(4))) {
      throw new IllegalArgumentException("NSEC3 data of " + length + " octets");
    }
  }

  public static Nsec3 of(
      int algorithm,
      int flags,
      int iterations,
      byte[] salt,
      byte[] nextHash,
      Collection<RRType> types) {
    byte[] bitmap = TypeBitmap.encode(types);
    var wire = new byte[6 + salt.length + nextHash.length + bitmap.length];
    wire[0] = (byte) algorithm;
    wire[1] = (byte) flags;
    Octets.putU16(wire, 2, iterations);
    wire[4] = (byte) salt.length;
    System.arraycopy(salt, 0, wire, 5, salt.length);
    int at = 5 + salt.length;
    wire[at++] = (byte) nextHash.length;
    System.arraycopy(nextHash, 0, wire, at, nextHash.length);
    System.arraycopy(bitmap, 0, wire, at + nextHash.length, bitmap.length);
    return new Nsec3(Rdata.trusted(wire));
  }

  public int algorithm() {
    return rdata.u8(0);
  }

  public int flags() {
    return rdata.u8(1);
  }

  public boolean optOut() {
    return (flags() & 1) != 0;
  }

  public int iterations() {
    return rdata.u16(2);
  }

  public byte[] salt() {
    return rdata.bytes(5, 5 + rdata.u8(4));
  }

  public byte[] nextHash() {
    int at = 5 + rdata.u8(4);
    return rdata.bytes(at + 1, at + 1 + rdata.u8(at));
  }

  public boolean hasType(RRType type) {
    int at = 5 + rdata.u8(4);
    return TypeBitmap.contains(rdata, at + 1 + rdata.u8(at), type);
  }

  /** The numbers of the types it names. */
  public SortedSet<Integer> types() {
    int at = 5 + rdata.u8(4);
    return TypeBitmap.codes(rdata, at + 1 + rdata.u8(at));
  }
}
