package io.l7.dns.authority;

/** The bounds on what one message may ask of the authority. */
public record AuthorityLimits(
    int udpOctets, int aliases, int cachedAnswers, int cachedAnswerOctets) {
  /**
   * Octets of an answer over UDP: 1,232, which crosses every path unfragmented (DNS flag day 2020).
   * CNAME and DNAME steps in one answer: 16, BIND's bound too, since a chain may loop. Ready
   * answers kept: 65,536 of at most 1,232 octets each, about 20 MB when full of common answers.
   */
  public static AuthorityLimits defaults() {
    return new AuthorityLimits(1_232, 16, 65_536, 1_232);
  }
}
