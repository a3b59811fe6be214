package io.l7.dns.replay;

/** How closely an answer is compared with the one expected. */
public enum Scoring {
  /** What makes an answer right: header, question, answer section, proofs of denial. */
  RELAXED,
  /** Every section, as the dialect's own player does. */
  STRICT
}
