package io.l7.dns.dnssec;

import java.util.Optional;

/**
 * The signature algorithms of the IANA registry "DNS Security Algorithm Numbers" that this suite
 * can compute. GOST (12) and RSA/MD5 (1) are left out: RFC 8624 §3.1 forbids them, and a zone
 * signed with an unknown algorithm alone is insecure, not bogus (RFC 4035 §5.2).
 */
public enum DnssecAlgorithm {
  DSA(3, "DSA"),
  RSASHA1(5, "RSASHA1"),
  DSA_NSEC3_SHA1(6, "NSEC3DSA"),
  RSASHA1_NSEC3_SHA1(7, "NSEC3RSASHA1"),
  RSASHA256(8, "RSASHA256"),
  RSASHA512(10, "RSASHA512"),
  ECDSAP256SHA256(13, "ECDSAP256SHA256"),
  ECDSAP384SHA384(14, "ECDSAP384SHA384"),
  ED25519(15, "ED25519"),
  ED448(16, "ED448");

  private final int number;
  private final String mnemonic;

  DnssecAlgorithm(int number, String mnemonic) {
    this.number = number;
    this.mnemonic = mnemonic;
  }

  /** The registry's number, 0 to 255. */
  public int number() {
    return number;
  }

  /** The name that BIND's key files and tools write. */
  public String mnemonic() {
    return mnemonic;
  }

  /**
   * True for what RFC 8624 §3.1 forbids to validate: DSA. A validator takes it as unknown unless
   * told otherwise.
   */
  public boolean forbidden() {
    return this == DSA || this == DSA_NSEC3_SHA1;
  }

  /** The algorithm with this number, or empty when this suite cannot compute it. */
  public static Optional<DnssecAlgorithm> of(int number) {
    for (var algorithm : values()) {
      if (algorithm.number == number) {
        return Optional.of(algorithm);
      }
    }
    return Optional.empty();
  }

  /** The algorithm with this mnemonic (any letter case), as `zone keygen` takes it, or empty. */
  public static Optional<DnssecAlgorithm> named(String mnemonic) {
    for (var algorithm : values()) {
      if (algorithm.mnemonic.equalsIgnoreCase(mnemonic)) {
        return Optional.of(algorithm);
      }
    }
    return Optional.empty();
  }
}
