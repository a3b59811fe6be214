package io.l7.dns.routing;

import io.l7.dns.message.Edns;
import io.l7.dns.message.Message;
import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RRset;
import io.l7.dns.message.Rdata;
import io.l7.dns.zone.Zone;
import java.net.InetAddress;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
  private final Set<Name> owners = new HashSet<>();
  private final Predicate<Member> up;
  private final Supplier<RandomGenerator> random;
  private final ChoiceSigner signer;
  private final Map<Signed, RRset> signed = new ConcurrentHashMap<>();

  /** Signs a set that is not in the zone as it stands. */
  @FunctionalInterface
  public interface ChoiceSigner {
    RRset sign(Zone zone, RRset set);
  }

  /** What becomes of a set on its way into an answer. */
  @FunctionalInterface
  public interface Choice {
    RRset of(RRset set);
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
      owners.add(set.owner());
    }
    this.up = up;
    this.random = random;
    this.signer = signer;
  }

  /** Routes nothing. */
  public static Router none() {
    return new Router(List.of(), member -> true, RandomGenerator::getDefault, (zone, set) -> set);
  }

  /** Whether answers about a name may differ from one query to the next. */
  public boolean routes(Name name) {
    return owners.contains(name);
  }

  /**
   * The choice for a query: by the client's subnet where the resolver sent it, by its own address
   * otherwise.
   */
  public Choice choice(Zone zone, InetAddress client, Message query) {
    if (sets.isEmpty()) {
      return set -> set;
    }
    InetAddress near =
        subnet(query).filter(s -> s.sourceBits() > 0).map(ClientSubnet::address).orElse(client);
    return set -> {
      RoutedSet routed = sets.get(new Place(set.owner(), set.type()));
      return routed == null
          ? set
          : chosen(zone, set, routed.choose(near, up, set.rdata(), random.get()));
    };
  }

  private RRset chosen(Zone zone, RRset set, List<Rdata> rdata) {
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
    return signed.computeIfAbsent(
        new Signed(new Place(set.owner(), set.type()), rdata, zone.serial()),
        key -> signer.sign(zone, chosen));
  }

  private static Optional<ClientSubnet> subnet(Message query) {
    return query.edns().flatMap(edns -> edns.option(ClientSubnet.CODE)).flatMap(ClientSubnet::of);
  }

  /**
   * The EDNS of the answer: with the client subnet option when the query had it (RFC 7871 §7.2.1).
   */
  public Edns answerSubnet(Edns own, Message query) {
    Optional<ClientSubnet> subnet = subnet(query);
    if (subnet.isEmpty() || query.questions().isEmpty()) {
      return own;
    }
    var question = query.questions().getFirst();
    RoutedSet routed = sets.get(new Place(question.name(), question.type()));
    boolean depends = routed != null && routed.dependsOnClient();
    return own.withOption(subnet.get().answer(depends ? subnet.get().sourceBits() : 0));
  }
}
