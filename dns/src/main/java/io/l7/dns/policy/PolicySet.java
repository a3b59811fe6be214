package io.l7.dns.policy;

import io.l7.dns.message.Name;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The policy zones of one moment, in the order in which they were given. Of all rules that match
 * one counts: that of the first name in the chain of aliases, there of the first zone, there by the
 * order of triggers (§6 of the draft). Immutable.
 */
public final class PolicySet {
  private static final PolicySet EMPTY = new PolicySet(List.of());

  private final List<PolicyZone> zones;

  private PolicySet(List<PolicyZone> zones) {
    this.zones = List.copyOf(zones);
  }

  /** Zones in order of precedence. */
  public static PolicySet of(List<PolicyZone> zones) {
    return zones.isEmpty() ? EMPTY : new PolicySet(zones);
  }

  public boolean isEmpty() {
    return zones.isEmpty();
  }

  public List<PolicyZone> zones() {
    return zones;
  }

  /** This set with a newer version of one of its zones, or with one more. */
  PolicySet with(PolicyZone fresh, List<Name> order) {
    var next = new ArrayList<PolicyZone>();
    for (Name origin : order) {
      if (origin.equals(fresh.origin())) {
        next.add(fresh);
      } else {
        zones.stream().filter(zone -> zone.origin().equals(origin)).forEach(next::add);
      }
    }
    return new PolicySet(next);
  }

  /** Whether some rule is for who asks from this address. Makes no object. */
  public boolean hasClient(long upper, long lower) {
    for (int i = 0; i < zones.size(); i++) {
      if (zones.get(i).hasClient(upper, lower)) {
        return true;
      }
    }
    return false;
  }

  /** What is known of one name in the chain of an answer. */
  public interface Evidence {
    /** Whether the client's own address counts: at the first name alone. */
    Optional<InetAddress> client();

    Name name();

    /** The addresses that the chain ends with, where this is its last name. */
    Collection<InetAddress> addresses();

    /** The name servers of the zones above the name. */
    Collection<Name> serverNames();

    /** Their addresses, as far as they are known. */
    Collection<InetAddress> serverAddresses();
  }

  /**
   * The rule that needs no answer to look at and that no answer can overrule; so nobody has to be
   * asked.
   *
   * @param client empty behind the first name of a chain
   * @param disabled is told of rules that match and do nothing
   */
  public Optional<PolicyRule> beforehand(
      Name name, Optional<InetAddress> client, Consumer<PolicyRule> disabled) {
    for (PolicyZone zone : zones) {
      Optional<PolicyRule> rule = effective(plain(zone, name, client), disabled);
      if (rule.isPresent() || zone.looksAtAnswers()) {
        return rule; // what an earlier zone says of the answer would come first
      }
    }
    return Optional.empty();
  }

  /** The rule for one name of the chain, with all that is known of the answer. */
  public Optional<PolicyRule> afterwards(Evidence evidence, Consumer<PolicyRule> disabled) {
    for (PolicyZone zone : zones) {
      Optional<PolicyRule> rule =
          plain(zone, evidence.name(), evidence.client())
              .or(() -> zone.address(Trigger.RESPONSE_IP, evidence.addresses()));
      if (rule.isEmpty() && zone.looksAtAnswers()) {
        rule =
            zone.serverName(evidence.serverNames())
                .or(() -> zone.address(Trigger.NSIP, evidence.serverAddresses()));
      }
      rule = effective(rule, disabled);
      if (rule.isPresent()) {
        return rule;
      }
    }
    return Optional.empty();
  }

  private static Optional<PolicyRule> plain(
      PolicyZone zone, Name name, Optional<InetAddress> client) {
    return client.flatMap(zone::client).or(() -> zone.name(name));
  }

  private static Optional<PolicyRule> effective(
      Optional<PolicyRule> rule, Consumer<PolicyRule> disabled) {
    if (rule.isPresent() && rule.get().action() == PolicyAction.Plain.DISABLED) {
      disabled.accept(rule.get());
      return Optional.empty();
    }
    return rule;
  }
}
