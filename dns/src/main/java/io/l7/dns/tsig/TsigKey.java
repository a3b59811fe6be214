package io.l7.dns.tsig;

import io.l7.dns.message.Name;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A secret that two parties share, by its name (RFC 8945 §2). Its text form never shows the secret.
 */
public final class TsigKey {
  private final Name name;
  private final TsigAlgorithm algorithm;
  private final byte[] secret;

  /**
   * A key.
   *
   * @throws IllegalArgumentException if the secret is empty
   */
  public TsigKey(Name name, TsigAlgorithm algorithm, byte[] secret) {
    if (secret.length == 0) {
      throw new IllegalArgumentException("empty secret of key " + name);
    }
    this.name = name;
    this.algorithm = algorithm;
    this.secret = secret.clone();
  }

  public Name name() {
    return name;
  }

  public TsigAlgorithm algorithm() {
    return algorithm;
  }

  Mac mac() {
    try {
      var mac = Mac.getInstance(algorithm.jca());
      mac.init(new SecretKeySpec(secret, algorithm.jca()));
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this Java lacks " + algorithm.jca(), e);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof TsigKey key
        && name.equals(key.name)
        && algorithm == key.algorithm
        && Arrays.equals(secret, key.secret);
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }

  @Override
  public String toString() {
    return "key " + name + " " + algorithm.text();
  }
}
