package io.l7.dns.dnssec;

import io.l7.dns.message.Rrsig;

/**
 * When a signature counts, both ends included: seconds since 1970, compared by serial arithmetic
 * (RFC 4034 §3.1.5), so that only 32 bits matter.
 */
public record Validity(long inception, long expiration) {
  /** The times that a signature states. */
  public static Validity of(Rrsig rrsig) {
    return new Validity(rrsig.inception(), rrsig.expiration());
  }

  /** True when {@code epochSeconds} lies before inception. */
  public boolean notYet(long epochSeconds) {
    return (int) (inception - epochSeconds) > 0;
  }

  /** True when {@code epochSeconds} lies after expiration. */
  public boolean expired(long epochSeconds) {
    return (int) (epochSeconds - expiration) > 0;
  }
}
