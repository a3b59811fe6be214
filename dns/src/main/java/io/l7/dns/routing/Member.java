package io.l7.dns.routing;

import io.l7.common.net.Cidr;
import io.l7.dns.message.Rdata;
import java.util.List;
import java.util.Optional;

/**
 * One record of a routed set.
 *
 * @param weight share of the answers among the members that could be given, 0 to 1,000,000; 0 only
 *     when nothing else is up
 * @param check how its health is told; without one it counts as up
 * @param prefers the client subnets it is nearest to; the longest match of all members wins
 */
public record Member(Rdata rdata, int weight, Optional<HealthCheck> check, List<Cidr> prefers) {
  /** The largest weight: sums of many members stay far from overflow. */
  public static final int MAX_WEIGHT = 1_000_000;

  public Member {
    prefers = List.copyOf(prefers);
    if (weight < 0 || weight > MAX_WEIGHT) {
      throw new IllegalArgumentException("weight " + weight + " is not from 0 to " + MAX_WEIGHT);
    }
  }
}
