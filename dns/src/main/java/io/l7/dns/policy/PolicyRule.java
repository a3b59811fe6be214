package io.l7.dns.policy;

import io.l7.dns.message.Name;
import io.l7.dns.message.RRset;

/**
 * A rule that matched.
 *
 * @param zone the policy zone
 * @param owner of the rule's records, in that zone
 * @param soa of the zone, which goes along with what the rule makes
 */
public record PolicyRule(Name zone, Trigger trigger, Name owner, PolicyAction action, RRset soa) {
  /** The rule in words: {@code block.test. QNAME evil.example.block.test. nxdomain}. */
  @Override
  public String toString() {
    return zone + " " + trigger + " " + owner + " " + action.word();
  }
}
