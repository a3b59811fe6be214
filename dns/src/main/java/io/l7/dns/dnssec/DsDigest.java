package io.l7.dns.dnssec;

import io.l7.dns.message.Dnskey;
import io.l7.dns.message.Ds;
import io.l7.dns.message.Name;
import io.l7.dns.message.Rdata;
import java.security.MessageDigest;
import java.util.Arrays;

/** What ties a child's key to the DS at its parent (RFC 4034 §5.1.4). */
public final class DsDigest {
  private static final int FIXED = 4;

  private DsDigest() {}

  /** The DS that a parent publishes for a key. */
  public static Ds of(Name owner, Dnskey key, DigestType type) {
    byte[] digest = digest(owner, key, type);
    byte[] rdata = Arrays.copyOf(new byte[FIXED], FIXED + digest.length);
    rdata[0] = (byte) (key.keyTag() >>> 8);
    rdata[1] = (byte) key.keyTag();
    rdata[2] = (byte) key.algorithm();
    rdata[3] = (byte) type.number();
    System.arraycopy(digest, 0, rdata, FIXED, digest.length);
    return new Ds(Rdata.of(rdata));
  }

  /**
   * True when the DS names that key: tag, algorithm and digest agree. A digest type that this suite
   * cannot compute never matches.
   */
  public static boolean matches(Ds ds, Name owner, Dnskey key) {
    if (ds.keyTag() != key.keyTag() || ds.algorithm() != key.algorithm()) {
      return false;
    }
    return DigestType.of(ds.digestType())
        .map(type -> MessageDigest.isEqual(ds.digest(), digest(owner, key, type)))
        .orElse(false);
  }

  private static byte[] digest(Name owner, Dnskey key, DigestType type) {
    var digest = type.digest();
    digest.update(owner.toLowerCase().toWire());
    return digest.digest(key.rdata().toWire());
  }
}
