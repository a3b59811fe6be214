package io.l7.dns.routing;

import io.l7.common.net.Cidr;
import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.dns.message.Rdata;
import java.net.InetAddress;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/**
 * A record set whose answer is chosen. Immutable; the choice is pure but for the randomness that
 * comes in.
 */
public record RoutedSet(Name owner, RRType type, List<Member> members) {
  public RoutedSet {
    members = List.copyOf(members);
    if (members.isEmpty()) {
      throw new IllegalArgumentException("a routed set needs members");
    }
  }

  /**
   * How many bits of the client's address decided: every client that shares them with this one has
   * the same members near (RFC 7871 §7.2.1's scope). 0 when nobody's place matters.
   */
  public int scope(InetAddress client) {
    return members.stream()
        .flatMap(member -> member.prefers().stream())
        .mapToInt(block -> Math.min(block.commonBits(client) + 1, block.bits()))
        .max()
        .orElse(0);
  }

  /**
   * The member to answer with: of those that are up, those nearest to the client, one of them by
   * weight. When all are down, all are given: an answer that may work is better than none.
   *
   * @param inZone the data the zone holds now; what it does not hold is not given
   */
  public List<Rdata> choose(
      InetAddress client, Predicate<Member> up, List<Rdata> inZone, RandomGenerator random) {
    List<Member> present = members.stream().filter(m -> inZone.contains(m.rdata())).toList();
    List<Member> alive = present.stream().filter(up).toList();
    if (alive.isEmpty()) {
      return inZone;
    }
    List<Member> near = nearest(alive, client);
    return List.of(weighted(near, random).rdata());
  }

  private static List<Member> nearest(List<Member> members, InetAddress client) {
    int best = members.stream().mapToInt(m -> match(m, client)).max().orElse(-1);
    List<Member> near = members.stream().filter(m -> match(m, client) == best).toList();
    if (best >= 0) {
      return near;
    }
    // Nobody is near: those without a preference stand for everywhere else.
    List<Member> general = members.stream().filter(m -> m.prefers().isEmpty()).toList();
    return general.isEmpty() ? members : general;
  }

  /** Bits of the longest preferred subnet with the client in it, or -1. */
  private static int match(Member member, InetAddress client) {
    return member.prefers().stream()
        .filter(block -> block.contains(client))
        .mapToInt(Cidr::bits)
        .max()
        .orElse(-1);
  }

  private static Member weighted(List<Member> members, RandomGenerator random) {
    int total = members.stream().mapToInt(Member::weight).sum();
    if (total == 0) {
      return members.get(random.nextInt(members.size()));
    }
    int left = random.nextInt(total);
    for (Member member : members) {
      left -= member.weight();
      if (left < 0) {
        return member;
      }
    }
    return Objects.requireNonNull(members.getLast());
  }
}
