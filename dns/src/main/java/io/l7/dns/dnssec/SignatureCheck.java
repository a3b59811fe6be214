package io.l7.dns.dnssec;

import io.l7.dns.message.Dnskey;
import io.l7.dns.message.RRset;
import io.l7.dns.message.Rrsig;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.util.Arrays;

/**
 * Verifies one signature over one record set with one key: arithmetic alone. Times, the owner's
 * relation to the signer and whether the key is trusted are the caller's questions (RFC 4035
 * §5.3.1). One call costs 20 to 400 µs of processor; the caller keeps count (KeyTrap,
 * CVE-2023-50387).
 */
public final class SignatureCheck {
  /**
   * A DSA signature that starts so is ASN.1, as early signers wrote it; RFC 2536 §3 starts with T,
   * 0 to 8.
   */
  private static final byte DER_SEQUENCE = 0x30;

  private SignatureCheck() {}

  /** What the arithmetic said. */
  public enum Verdict {
    GOOD,
    /** The signature is not this key's over these octets, or signature or key is malformed. */
    BAD,
    /** This suite cannot compute the algorithm. */
    UNSUPPORTED
  }

  /** Verifies {@code rrsig} over the set. */
  public static Verdict verify(Dnskey key, Rrsig rrsig, RRset set) {
    if (key.algorithm() != rrsig.algorithm()
        || key.keyTag() != rrsig.keyTag()
        || !rrsig.typeCovered().equals(set.type())) {
      return Verdict.BAD;
    }
    var algorithm = DnssecAlgorithm.of(key.algorithm());
    if (algorithm.isEmpty()) {
      return Verdict.UNSUPPORTED;
    }
    return verify(algorithm.get(), key.publicKey(), SignedData.of(rrsig, set), rrsig.signature());
  }

  /** Verifies a signature in its DNS form over octets. */
  public static Verdict verify(
      DnssecAlgorithm algorithm, byte[] publicKey, byte[] data, byte[] signature) {
    try {
      boolean der = signature.length > 0 && signature[0] == DER_SEQUENCE;
      var verifier =
          Signature.getInstance(algorithm.forbidden() && der ? "SHA1withDSA" : jcaName(algorithm));
      verifier.initVerify(PublicKeys.decode(algorithm, publicKey));
      verifier.update(data);
      return verifier.verify(jcaForm(algorithm, signature)) ? Verdict.GOOD : Verdict.BAD;
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      return Verdict.BAD; // a malformed key or signature is the signer's fault, and proves nothing
    }
  }

  static String jcaName(DnssecAlgorithm algorithm) {
    return switch (algorithm) {
      case RSASHA1, RSASHA1_NSEC3_SHA1 -> "SHA1withRSA";
      case RSASHA256 -> "SHA256withRSA";
      case RSASHA512 -> "SHA512withRSA";
      case DSA, DSA_NSEC3_SHA1 -> "SHA1withDSAinP1363Format";
      case ECDSAP256SHA256 -> "SHA256withECDSAinP1363Format";
      case ECDSAP384SHA384 -> "SHA384withECDSAinP1363Format";
      case ED25519 -> "Ed25519";
      case ED448 -> "Ed448";
    };
  }

  // RFC 2536 §3: a DSA signature is T, R, S; the others are what Java calls P1363, PKCS #1 or RFC
  // 8032 already.
  private static byte[] jcaForm(DnssecAlgorithm algorithm, byte[] signature) {
    return switch (algorithm) {
      case DSA, DSA_NSEC3_SHA1 ->
          signature.length == 41 ? Arrays.copyOfRange(signature, 1, 41) : signature;
      default -> signature;
    };
  }
}
