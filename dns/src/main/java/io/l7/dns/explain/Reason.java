package io.l7.dns.explain;

/** What kind of step a node of the explanation is. */
public enum Reason {
  /** A question taken up, by a client or for the engine's own needs. */
  QUESTION,
  /** What a cache held or took in. */
  CACHE,
  /** The servers chosen to go on from. */
  DELEGATION,
  /** A packet sent upstream, with what came of it. */
  QUERY,
  /** How a response was read. */
  RESPONSE,
  /** A record thrown out of a response. */
  SCRUB,
  /** A server set aside. */
  LAME,
  /** An alias followed. */
  ALIAS,
  /** A limit that was reached, and in the end what was spent of each. */
  LIMIT,
  /** A chain of trust, signature or proof examined. */
  SECURITY,
  /** Local policy. */
  POLICY,
  /** The end: an answer. */
  ANSWER,
  /** The end: a failure. */
  FAILURE
}
