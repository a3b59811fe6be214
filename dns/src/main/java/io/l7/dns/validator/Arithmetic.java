package io.l7.dns.validator;

import io.l7.dns.dnssec.DigestType;
import io.l7.dns.dnssec.DnssecAlgorithm;
import io.l7.dns.dnssec.DsDigest;
import io.l7.dns.dnssec.SignatureCheck;
import io.l7.dns.message.Dnskey;
import io.l7.dns.message.Ds;
import io.l7.dns.message.Name;
import io.l7.dns.message.RRset;
import io.l7.dns.message.Rrsig;

/** The calculations of DNSSEC, and which of them are done at all. */
public interface Arithmetic {
  /** All algorithms that RFC 8624 lets a validator use. */
  Arithmetic STANDARD = new StandardArithmetic(StandardArithmetic.Legacy.UNKNOWN);

  /** Those and the forbidden DSA, for data of the past. */
  Arithmetic WITH_LEGACY = new StandardArithmetic(StandardArithmetic.Legacy.KNOWN);

  /** Whether signatures of this algorithm can be verified. */
  boolean knowsAlgorithm(int algorithm);

  /** Whether digests of this type can be computed. */
  boolean knowsDigest(int digestType);

  /** Whether a signature holds; nothing but the arithmetic is looked at. */
  boolean verifies(Dnskey key, Rrsig rrsig, RRset set);

  /** Whether a DS names a key. */
  boolean names(Ds ds, Name owner, Dnskey key);

  /** The arithmetic of the JDK. */
  record StandardArithmetic(Legacy legacy) implements Arithmetic {
    /** Whether DSA is known. */
    public enum Legacy {
      KNOWN,
      UNKNOWN
    }

    @Override
    public boolean knowsAlgorithm(int algorithm) {
      return DnssecAlgorithm.of(algorithm)
          .filter(known -> legacy == Legacy.KNOWN || !known.forbidden())
          .isPresent();
    }

    @Override
    public boolean knowsDigest(int digestType) {
      return DigestType.of(digestType).isPresent();
    }

    @Override
    public boolean verifies(Dnskey key, Rrsig rrsig, RRset set) {
      return SignatureCheck.verify(key, rrsig, set) == SignatureCheck.Verdict.GOOD;
    }

    @Override
    public boolean names(Ds ds, Name owner, Dnskey key) {
      return DsDigest.matches(ds, owner, key);
    }
  }
}
