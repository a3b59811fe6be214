package io.l7.bittorrent.dht;

import io.l7.common.net.AddressBits;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;

/**
 * How many nodes of one client (an IPv4 address, a /64) and of one network (a /24, a /48) are in a
 * table or a lookup. Addresses are what an attacker has few of. Nodes of this machine and network
 * are not counted: a lab has them all behind one.
 */
final class Shares {
  private final int perClient;
  private final int perNetwork;
  private final Map<Block, Integer> taken = new HashMap<>();

  private record Block(long bits, int length) {}

  Shares(int perClient, int perNetwork) {
    this.perClient = perClient;
    this.perNetwork = perNetwork;
  }

  /** Whether there is room for one more at this address. */
  boolean hasRoom(InetAddress address) {
    return Locality.of(address) != Locality.ELSEWHERE
        || count(client(address)) < perClient && count(network(address)) < perNetwork;
  }

  void add(InetAddress address) {
    taken.merge(client(address), 1, Integer::sum);
    taken.merge(network(address), 1, Integer::sum);
  }

  void remove(InetAddress address) {
    taken.computeIfPresent(client(address), (_, n) -> n > 1 ? n - 1 : null);
    taken.computeIfPresent(network(address), (_, n) -> n > 1 ? n - 1 : null);
  }

  private int count(Block block) {
    return taken.getOrDefault(block, 0);
  }

  private static Block client(InetAddress address) {
    return address instanceof Inet4Address
        ? new Block(AddressBits.lower(address), 32)
        : new Block(AddressBits.upper(address), 64);
  }

  private static Block network(InetAddress address) {
    return address instanceof Inet4Address
        ? new Block(AddressBits.lower(address) >>> 8, 24)
        : new Block(AddressBits.upper(address) >>> 16, 48);
  }
}
