package io.l7.dns.rollover;

import io.l7.dns.message.Dnskey;

/**
 * A key of a trust point.
 *
 * @param key without the REVOKE bit
 * @param since seconds since 1970 at which it came into its state
 */
public record TrackedKey(Dnskey key, State state, long since) {
  /** RFC 5011 §4.2; "Start" is to be unknown. */
  public enum State {
    /** Seen, signed by a trusted key, and not yet trusted: it may be a thief's. */
    ADD_PEND,
    /** Trusted. */
    VALID,
    /** Trusted, though the zone shows it no more. */
    MISSING,
    /** Its owner said, signed by it, that it must not be trusted any more. */
    REVOKED,
    /** Gone for good; remembered, so that it never comes back. */
    REMOVED
  }

  TrackedKey into(State next, long now) {
    return next == state ? this : new TrackedKey(key, next, now);
  }

  boolean isTrusted() {
    return state == State.VALID || state == State.MISSING;
  }
}
