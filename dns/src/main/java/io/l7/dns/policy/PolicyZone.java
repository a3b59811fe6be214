package io.l7.dns.policy;

import io.l7.common.net.AddressBits;
import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RRset;
import io.l7.dns.zone.Zone;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One version of a policy zone, ready to be asked. Names are looked up in the zone itself, so that
 * a list of a million names is held once; blocks of addresses are put in order here. Safe for all
 * threads; what it answers never changes.
 */
public final class PolicyZone {
  private static final Logger LOG = LoggerFactory.getLogger(PolicyZone.class);

  private final Zone zone;
  private final Optional<PolicyAction> override;
  private final Map<Trigger, PrefixTable> blocks = new EnumMap<>(Trigger.class);
  private final AtomicBoolean isUnknownSaid = new AtomicBoolean();
  private final boolean hasServerNames;
  private final boolean looksAtAnswers;

  /**
   * Makes rules of a zone. Those that cannot be read are left out, and the first is named.
   *
   * @param override what each rule does instead of what its records say
   */
  public PolicyZone(Zone zone, Optional<PolicyAction> override) {
    this.zone = zone;
    this.override = override;
    for (Trigger trigger : List.of(Trigger.CLIENT_IP, Trigger.RESPONSE_IP, Trigger.NSIP)) {
      blocks.put(trigger, blocks(trigger));
    }
    this.hasServerNames = !zone.standingBelow(Trigger.NSDNAME.label()).isEmpty();
    this.looksAtAnswers =
        hasServerNames || !table(Trigger.RESPONSE_IP).isEmpty() || !table(Trigger.NSIP).isEmpty();
  }

  private PrefixTable blocks(Trigger trigger) {
    var found = new ArrayList<PrefixTable.Block>();
    var odd = new ArrayList<Name>();
    int own = zone.origin().labels() + trigger.label().labels();
    for (Zone.Standing rule : zone.standingBelow(trigger.label())) {
      var labels = new ArrayList<String>();
      for (int i = 0; i < rule.owner().labels() - own; i++) {
        labels.add(
            new String(rule.owner().label(i), StandardCharsets.US_ASCII).toLowerCase(Locale.ROOT));
      }
      Optional<PrefixTable.Block> block = PrefixTable.parse(labels, rule.owner());
      block.ifPresentOrElse(found::add, () -> odd.add(rule.owner()));
    }
    if (!odd.isEmpty()) { // one line: who makes the zone decides over how many there are
      LOG.warn(
          "policy zone {}: {} is no block of addresses, and {} more are none",
          origin(),
          odd.getFirst(),
          odd.size() - 1);
    }
    return PrefixTable.of(found);
  }

  private PrefixTable table(Trigger trigger) {
    return Objects.requireNonNull(blocks.get(trigger));
  }

  public Name origin() {
    return zone.origin();
  }

  /** The version's serial. */
  public long serial() {
    return zone.serial();
  }

  /** Whether it has rules that take an answer to look at. */
  boolean looksAtAnswers() {
    return looksAtAnswers;
  }

  /** Whether it has a rule for who asks from this address. Makes no object. */
  boolean hasClient(long upper, long lower) {
    return table(Trigger.CLIENT_IP).contains(upper, lower);
  }

  /** The rule for who asks. */
  Optional<PolicyRule> client(InetAddress client) {
    return address(Trigger.CLIENT_IP, List.of(client));
  }

  /** The rule for a name. */
  Optional<PolicyRule> name(Name name) {
    return isReserved(name)
        ? Optional.empty()
        : zone.standingFor(name, Name.ROOT).flatMap(found -> rule(Trigger.QNAME, found));
  }

  /** The rule for the first of these name servers that has one. */
  Optional<PolicyRule> serverName(Collection<Name> servers) {
    if (!hasServerNames) {
      return Optional.empty();
    }
    return servers.stream()
        .flatMap(server -> zone.standingFor(server, Trigger.NSDNAME.label()).stream())
        .flatMap(found -> rule(Trigger.NSDNAME, found).stream())
        .findFirst();
  }

  /** The rule of the longest block around one of these addresses (§6 of the draft). */
  Optional<PolicyRule> address(Trigger trigger, Collection<InetAddress> addresses) {
    PrefixTable table = table(trigger);
    PrefixTable.Match best = null;
    for (InetAddress address : table.isEmpty() ? List.<InetAddress>of() : addresses) {
      var match = table.longest(AddressBits.upper(address), AddressBits.lower(address));
      if (match != null && (best == null || match.bits() > best.bits())) {
        best = match;
      }
    }
    if (best == null) {
      return Optional.empty();
    }
    Name owner = best.owner();
    return rule(trigger, new Zone.Standing(owner, zone.sets(owner)));
  }

  /** Whether a name asked for would be taken for another trigger's rule. */
  private static boolean isReserved(Name name) {
    if (name.isRoot()) {
      return true;
    }
    Name last = name.last(1);
    for (Trigger trigger : Trigger.values()) {
      if (trigger != Trigger.QNAME && last.equals(trigger.label())) {
        return true;
      }
    }
    return false;
  }

  private Optional<PolicyRule> rule(Trigger trigger, Zone.Standing found) {
    List<RRset> sets = found.sets().stream().filter(PolicyZone::isData).toList();
    if (sets.isEmpty()) {
      return Optional.empty();
    }
    Name subject =
        found.owner().replaceEnding(origin(), Name.ROOT); // of a name; nobody asks for a block
    Optional<PolicyAction> action = override.or(() -> PolicyAction.of(subject, sets));
    if (action.isEmpty() && isUnknownSaid.compareAndSet(false, true)) {
      LOG.warn("policy zone {}: {} has an action that is not known here", origin(), found.owner());
    }
    RRset soa = zone.soaSet().withoutSignatures();
    return action.map(does -> new PolicyRule(origin(), trigger, found.owner(), does, soa));
  }

  /** Records that no zone needs for itself; those of DNSSEC are no rules (§3.6 of the draft). */
  private static boolean isData(RRset set) {
    RRType type = set.type();
    return !set.rdata().isEmpty()
        && !type.equals(RRType.NS)
        && !type.equals(RRType.SOA)
        && !type.equals(RRType.DNAME)
        && !type.equals(RRType.RRSIG)
        && !type.equals(RRType.NSEC)
        && !type.equals(RRType.NSEC3)
        && !type.equals(RRType.DNSKEY)
        && !type.equals(RRType.DS);
  }
}
