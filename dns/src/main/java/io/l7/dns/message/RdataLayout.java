package io.l7.dns.message;

import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * Where the domain names lie in the data of a type: after {@code prefix} fixed octets and {@code
 * strings} character strings come {@code names} names, then anything. Types without names in their
 * data have no layout.
 *
 * @param prefix octets before the first string or name
 * @param strings character strings before the first name
 * @param names number of consecutive names
 * @param compression whether a sender may compress the names (RFC 3597 §4)
 * @param canonicalCase whether the canonical form lowers the names (RFC 4034 §6.2, RFC 6840 §5.1)
 */
public record RdataLayout(
    int prefix, int strings, int names, Compression compression, Case canonicalCase) {
  /** Whether names in the data may be sent as pointers. */
  public enum Compression {
    ALLOWED,
    FORBIDDEN
  }

  /** What the canonical form does with the letters of names in the data. */
  public enum Case {
    LOWERED,
    KEPT
  }

  private static final RdataLayout ONE =
      new RdataLayout(0, 0, 1, Compression.ALLOWED, Case.LOWERED);
  private static final RdataLayout TWO =
      new RdataLayout(0, 0, 2, Compression.ALLOWED, Case.LOWERED);
  private static final RdataLayout PLAIN_TWO = plain(0, 0, 2);
  private static final RdataLayout PREFERENCE = plain(2, 0, 1);
  private static final RdataLayout SIGNER = plain(18, 0, 1);
  private static final RdataLayout NEXT =
      new RdataLayout(0, 0, 1, Compression.FORBIDDEN, Case.KEPT);

  private static final Map<Integer, RdataLayout> BY_TYPE =
      Map.ofEntries(
          Map.entry(2, ONE), // NS
          Map.entry(3, ONE), // MD
          Map.entry(4, ONE), // MF
          Map.entry(5, ONE), // CNAME
          Map.entry(6, TWO), // SOA
          Map.entry(7, ONE), // MB
          Map.entry(8, ONE), // MG
          Map.entry(9, ONE), // MR
          Map.entry(12, ONE), // PTR
          Map.entry(14, TWO), // MINFO
          Map.entry(15, new RdataLayout(2, 0, 1, Compression.ALLOWED, Case.LOWERED)), // MX
          Map.entry(17, PLAIN_TWO), // RP
          Map.entry(18, PREFERENCE), // AFSDB
          Map.entry(21, PREFERENCE), // RT
          Map.entry(24, SIGNER), // SIG
          Map.entry(26, plain(2, 0, 2)), // PX
          Map.entry(30, plain(0, 0, 1)), // NXT
          Map.entry(33, plain(6, 0, 1)), // SRV
          Map.entry(35, plain(4, 3, 1)), // NAPTR
          Map.entry(36, PREFERENCE), // KX
          Map.entry(39, plain(0, 0, 1)), // DNAME
          Map.entry(46, SIGNER), // RRSIG
          Map.entry(47, NEXT)); // NSEC

  static final RdataLayout NO_NAMES = new RdataLayout(0, 0, 0, Compression.FORBIDDEN, Case.KEPT);

  private static RdataLayout plain(int prefix, int strings, int names) {
    return new RdataLayout(prefix, strings, names, Compression.FORBIDDEN, Case.LOWERED);
  }

  /** The layout of a type; for a type without names one with {@code names() == 0}. */
  public static RdataLayout of(RRType type) {
    RdataLayout layout = BY_TYPE.get(type.code());
    return layout == null ? NO_NAMES : layout;
  }

  /**
   * The canonical data of a record of {@code type}: names in lower case where the type demands it.
   */
  public static Rdata canonical(RRType type, Rdata rdata) {
    RdataLayout layout = of(type);
    if (layout.names == 0 || layout.canonicalCase == Case.KEPT) {
      return rdata;
    }
    byte[] wire = rdata.toWire();
    int at = layout.firstName(wire);
    for (int n = 0; n < layout.names && at >= 0 && at < wire.length; n++) {
      while (at < wire.length && wire[at] != 0) {
        int end = Math.min(wire.length, at + 1 + (wire[at] & 0xff));
        for (int i = at + 1; i < end; i++) {
          wire[i] = Name.lower(wire[i]);
        }
        at = end;
      }
      at++;
    }
    return Rdata.trusted(wire);
  }

  /** The data with its compressible names put through {@code change}, which keeps their lengths. */
  public static Rdata mapNames(RRType type, Rdata rdata, UnaryOperator<Name> change) {
    RdataLayout layout = of(type);
    if (layout.compression == Compression.FORBIDDEN) {
      return rdata;
    }
    byte[] wire = rdata.toWire();
    int at = layout.prefix;
    for (int n = 0; n < layout.names && at < wire.length; n++) {
      at = change.apply(rdata.nameAt(at)).copyTo(wire, at);
    }
    return Rdata.trusted(wire);
  }

  private int firstName(byte[] wire) {
    int at = prefix;
    for (int s = 0; s < strings; s++) {
      if (at >= wire.length) {
        return -1;
      }
      at += 1 + (wire[at] & 0xff);
    }
    return at;
  }
}
