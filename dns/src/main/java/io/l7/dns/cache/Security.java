package io.l7.dns.cache;

/** What validation says of data (RFC 4035 §4.3). */
public enum Security {
  /** Not looked at yet. */
  UNCHECKED,
  /** A chain of trust should hold and does not. */
  BOGUS,
  /** No anchor covers it. */
  INDETERMINATE,
  /** Proven to be unsigned. */
  INSECURE,
  /** Proven. */
  SECURE;

  /** The weaker of two. */
  public Security and(Security other) {
    return compareTo(other) <= 0 ? this : other;
  }
}
