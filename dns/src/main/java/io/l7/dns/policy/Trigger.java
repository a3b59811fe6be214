package io.l7.dns.policy;

import io.l7.dns.message.Name;

/**
 * What a rule looks at, in the order in which rules of one zone are preferred (§6 of the draft).
 */
public enum Trigger {
  /** The address of who asks. */
  CLIENT_IP("rpz-client-ip."),
  /** The name asked for, or one that an alias leads to. */
  QNAME("."),
  /** An address in the answer. */
  RESPONSE_IP("rpz-ip."),
  /** The name of a name server that the name is delegated to. */
  NSDNAME("rpz-nsdname."),
  /** The address of such a name server. */
  NSIP("rpz-nsip.");

  @SuppressWarnings("ImmutableEnumChecker") // a name never changes
  private final Name label;

  Trigger(String label) {
    this.label = Name.parse(label);
  }

  /** The label under which its rules stand, below the zone's own name. */
  Name label() {
    return label;
  }

  /** Whether it takes an answer to look at. */
  public boolean isOfAnswer() {
    return this == RESPONSE_IP || this == NSDNAME || this == NSIP;
  }
}
