package io.l7.dns.dnssec;

import io.l7.dns.message.Name;
import io.l7.dns.message.RRset;
import io.l7.dns.message.Rdata;
import io.l7.dns.message.RdataLayout;
import io.l7.dns.message.Rrsig;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/** The octets that a signature covers (RFC 4034 §3.1.8.1, RFC 4035 §5.3.2). */
public final class SignedData {
  private SignedData() {}

  /**
   * The RRSIG's data without its signature, then every record of the set in canonical form and
   * order. When the owner has more labels than the signature says, the wildcard that the answer was
   * made from takes its place.
   */
  public static byte[] of(Rrsig rrsig, RRset set) {
    var out = new ByteArrayOutputStream(256);
    Name signer = rrsig.signer();
    out.writeBytes(rrsig.rdata().bytes(0, Rrsig.FIXED_OCTETS));
    out.writeBytes(signer.toLowerCase().toWire());
    byte[] owner = signedOwner(set.owner(), rrsig.labels()).toLowerCase().toWire();
    for (byte[] record : canonicalRdata(set)) {
      out.writeBytes(owner);
      write16(out, set.type().code());
      write16(out, set.rrclass().code());
      write32(out, rrsig.originalTtl());
      write16(out, record.length);
      out.writeBytes(record);
    }
    return out.toByteArray();
  }

  /**
   * Canonical data, ordered as unsigned octet strings, duplicates dropped (RFC 4034 §6.2, §6.3).
   */
  static byte[][] canonicalRdata(RRset set) {
    byte[][] all =
        set.rdata().stream()
            .map(rdata -> RdataLayout.canonical(set.type(), rdata).toWire())
            .toArray(byte[][]::new);
    Arrays.sort(all, Arrays::compareUnsigned);
    int kept = 0;
    for (int i = 0; i < all.length; i++) {
      if (kept == 0 || !Arrays.equals(all[kept - 1], all[i])) {
        all[kept++] = all[i];
      }
    }
    return Arrays.copyOf(all, kept);
  }

  /**
   * The labels field of a signature over this owner: root and a leading asterisk not counted (RFC
   * 4034 §3.1.3).
   */
  public static int labels(Name owner) {
    return owner.isWildcard() ? owner.labels() - 1 : owner.labels();
  }

  private static Name signedOwner(Name owner, int labels) {
    return labels < labels(owner) ? owner.last(labels).wildcard() : owner;
  }

  static Rdata unsigned(
      int typeCovered,
      int algorithm,
      int labels,
      long ttl,
      Validity validity,
      int keyTag,
      Name signer) {
    var out = new ByteArrayOutputStream(Rrsig.FIXED_OCTETS + signer.wireLength());
    write16(out, typeCovered);
    out.write(algorithm);
    out.write(labels);
    write32(out, ttl);
    write32(out, validity.expiration());
    write32(out, validity.inception());
    write16(out, keyTag);
    out.writeBytes(signer.toLowerCase().toWire());
    return Rdata.of(out.toByteArray());
  }

  static void write16(ByteArrayOutputStream out, int value) {
    out.write(value >>> 8);
    out.write(value);
  }

  private static void write32(ByteArrayOutputStream out, long value) {
    write16(out, (int) (value >>> 16));
    write16(out, (int) value);
  }
}
