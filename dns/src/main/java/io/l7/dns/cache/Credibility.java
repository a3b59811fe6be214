package io.l7.dns.cache;

/** How far a record set may be believed, worst first (RFC 2181 §5.4.1). */
public enum Credibility {
  /** Addresses beside a referral, or from the root hints. */
  GLUE,
  /** The authority section of a response that was not authoritative: a referral. */
  REFERRAL,
  /** The answer section of a response that was not authoritative. */
  ANSWER,
  /** The additional section of an authoritative response. */
  AUTHORITATIVE_ADDITIONAL,
  /** The authority section of an authoritative response. */
  AUTHORITATIVE_AUTHORITY,
  /** The answer section of an authoritative response. */
  AUTHORITATIVE_ANSWER,
  /** Proven by DNSSEC. */
  VALIDATED
}
