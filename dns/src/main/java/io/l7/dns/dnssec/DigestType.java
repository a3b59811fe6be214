package io.l7.dns.dnssec;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;

/**
 * The digests of DS records (IANA "DS RR Type Digest Algorithms") that this suite computes; GOST
 * (3) is not one.
 */
public enum DigestType {
  SHA1(1, "SHA-1", 20),
  SHA256(2, "SHA-256", 32),
  SHA384(4, "SHA-384", 48);

  private final int number;
  private final String jca;
  private final int length;

  DigestType(int number, String jca, int length) {
    this.number = number;
    this.jca = jca;
    this.length = length;
  }

  /** The registry's number. */
  public int number() {
    return number;
  }

  /** Octets of a digest. */
  public int length() {
    return length;
  }

  /** The type with this number, or empty when it is unknown here. */
  public static Optional<DigestType> of(int number) {
    for (var type : values()) {
      if (type.number == number) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  MessageDigest digest() {
    return digest(jca);
  }

  static MessageDigest digest(String jca) {
    try {
      return MessageDigest.getInstance(jca);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java lacks " + jca, e);
    }
  }
}
