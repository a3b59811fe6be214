package io.l7.bittorrent.dht;

import io.l7.common.net.Cidr;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Optional;

/**
 * Where we are as others see it (BEP 42): what most of the last to answer say, one vote for each
 * client, so that a few cannot move us. Not safe for concurrent use.
 */
final class ExternalAddress {
  private static final int VOTERS = 15;
  private static final int QUORUM = 8;

  private final LinkedHashMap<Cidr, InetAddress> votes = new LinkedHashMap<>();

  /** Somebody says where we are; the address that most agree on. */
  Optional<InetAddress> vote(InetAddress voter, InetAddress said) {
    votes.putLast(Cidr.ofClient(voter), said);
    if (votes.size() > VOTERS) {
      votes.pollFirstEntry();
    }
    long agreed = votes.values().stream().filter(said::equals).count();
    return agreed >= QUORUM && Locality.of(said) == Locality.ELSEWHERE
        ? Optional.of(said)
        : Optional.empty();
  }
}
