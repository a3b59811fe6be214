package io.l7.dns.routing;

import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RRset;
import io.l7.dns.message.Rdata;
import io.l7.dns.zone.Zone;
import java.net.InetAddress;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Chooses among the members of routed sets for one query at a time, and has each choice signed once
 * a zone version.
 */
public final class Router {
  /** Signed choices kept; each routed set has few. */
  private static final int MAX_SIGNED = 10_000;

  private record Place(Name owner, RRType type) {}

  private record Signed(Place place, List<Rdata> rdata, long soaSerial) {}

  private final Map<Place, RoutedSet> sets = new HashMap<>();
  private final Predicate<Member> up;
  private final Supplier<RandomGenerator> random;
  private final ChoiceSigner signer;
  private final Map<Signed, RRset> signed = new ConcurrentHashMap<>();

  /** Signs a set that is not in the zone as it stands; gives it back as it is without a key. */
  @FunctionalInterface
  public interface ChoiceSigner {
    RRset sign(Zone zone, RRset set);
  }

  /**
   * A router over these sets.
   *
   * @param random asked once a choice, on the thread that answers
   */
  public Router(
      Collection<RoutedSet> routed,
      Predicate<Member> up,
      Supplier<RandomGenerator> random,
      ChoiceSigner signer) {
    for (RoutedSet set : routed) {
      sets.put(new Place(set.owner(), set.type()), set);
    }
    this.up = up;
    this.random = random;
    this.signer = signer;
  }

  /** Routes nothing. */
  public static Router none() {
    return new Router(List.of(), member -> true, RandomGenerator::getDefault, (zone, set) -> set);
  }

  /**
   * The choices for one query: by the client's subnet where the resolver sent it (RFC 7871), by the
   * sender's own address otherwise.
   */
  public Routing routing(Zone zone, InetAddress sender, Optional<ClientSubnet> subnet) {
    return new Routing(this, zone, sender, subnet);
  }

  Optional<RoutedSet> routed(RRset set) {
    return sets.isEmpty()
        ? Optional.empty()
        : Optional.ofNullable(sets.get(new Place(set.owner(), set.type())));
  }

  /** The set with one member, or with all of them when it cannot be signed anew. */
  RRset chosen(Zone zone, RRset set, RoutedSet routed, InetAddress client) {
    List<Rdata> rdata = routed.choose(client, up, set.rdata(), random.get());
    if (rdata.size() == set.rdata().size()) {
      return set;
    }
    var chosen = new RRset(set.owner(), set.type(), set.rrclass(), set.ttl(), rdata, List.of());
    if (!set.isSigned()) {
      return chosen;
    }
    if (signed.size() > MAX_SIGNED) {
      signed.clear();
    }
    RRset whole =
        signed.computeIfAbsent(
            new Signed(new Place(set.owner(), set.type()), rdata, zone.serial()),
            key -> signer.sign(zone, chosen));
    return whole.isSigned() ? whole : set;
  }
}
