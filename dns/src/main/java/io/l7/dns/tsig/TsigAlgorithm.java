package io.l7.dns.tsig;

import io.l7.dns.message.Name;
import java.util.Locale;
import java.util.Optional;

/** The MACs of RFC 8945 §6 that are not forbidden; HMAC-MD5 is. */
public enum TsigAlgorithm {
  HMAC_SHA1("hmac-sha1", "HmacSHA1", 20),
  HMAC_SHA224("hmac-sha224", "HmacSHA224", 28),
  HMAC_SHA256("hmac-sha256", "HmacSHA256", 32),
  HMAC_SHA384("hmac-sha384", "HmacSHA384", 48),
  HMAC_SHA512("hmac-sha512", "HmacSHA512", 64);

  private final String text;
  private final String jca;
  private final int octets;

  TsigAlgorithm(String text, String jca, int octets) {
    this.text = text;
    this.jca = jca;
    this.octets = octets;
  }

  /** The name as key files write it. */
  public String text() {
    return text;
  }

  /** The name on the wire. */
  public Name wireName() {
    return Name.parse(text + ".");
  }

  String jca() {
    return jca;
  }

  /** Octets of a whole MAC. */
  int octets() {
    return octets;
  }

  static Optional<TsigAlgorithm> of(Name name) {
    for (var algorithm : values()) {
      if (algorithm.wireName().equals(name)) {
        return Optional.of(algorithm);
      }
    }
    return Optional.empty();
  }

  /** The algorithm of this name in any letter case, with or without a final dot. */
  public static Optional<TsigAlgorithm> named(String text) {
    String lower = text.toLowerCase(Locale.ROOT);
    String bare = lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    for (var algorithm : values()) {
      if (algorithm.text.equals(bare)) {
        return Optional.of(algorithm);
      }
    }
    return Optional.empty();
  }
}
