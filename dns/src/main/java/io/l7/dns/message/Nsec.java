package io.l7.dns.message;

import java.util.Collection;
import java.util.SortedSet;

/** A view of NSEC data (RFC 4034 §4). */
public record Nsec(Rdata rdata) {
  public Nsec {
    rdata.nameAt(0);
  }

  public static Nsec of(Name next, Collection<RRType> types) {
    byte[] bitmap = TypeBitmap.encode(types);
    var wire = new byte[next.wireLength() + bitmap.length];
    int at = next.copyTo(wire, 0);
    System.arraycopy(bitmap, 0, wire, at, bitmap.length);
    return new Nsec(Rdata.trusted(wire));
  }

  public Name next() {
    return rdata.nameAt(0);
  }

  public boolean hasType(RRType type) {
    return TypeBitmap.contains(rdata, next().wireLength(), type);
  }

  /** The numbers of the types it names. */
  public SortedSet<Integer> types() {
    return TypeBitmap.codes(rdata, next().wireLength());
  }
}
