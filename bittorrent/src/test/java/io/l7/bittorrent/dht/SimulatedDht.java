package io.l7.bittorrent.dht;

import io.l7.bittorrent.metainfo.InfoHash;
import io.l7.common.metrics.Metrics;
import io.l7.common.time.VirtualTime;
import io.l7.common.transcript.Transcript;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/** Nodes of the real class in virtual time, over a network of 10 to 100 ms that loses nothing. */
final class SimulatedDht {
  final VirtualTime time = new VirtualTime();
  final RandomGenerator random;
  final List<DhtNode> nodes = new ArrayList<>();
  final Metrics metrics = new Metrics();
  final DhtCounters counters = DhtCounters.of(metrics);

  /** What is said by nodes that are added from then on. */
  Transcript transcript = Transcript.none();

  /** Who answers at an address in place of a node. */
  final Map<InetSocketAddress, Stranger> strangers = new HashMap<>();

  final Set<InetSocketAddress> dead = new HashSet<>();

  /** Bytes that were sent to an address. */
  private final Map<InetSocketAddress, Long> bytesTo = new HashMap<>();

  private final Map<InetSocketAddress, DhtNode> at = new HashMap<>();
  private final Map<DhtNode, InetSocketAddress> addresses = new HashMap<>();

  /** Somebody with ways of his own. */
  @FunctionalInterface
  interface Stranger {
    void received(byte[] datagram, InetSocketAddress from);
  }

  SimulatedDht(RandomGenerator random) {
    this.random = random;
  }

  /** An address of the Internet by lot. */
  InetSocketAddress somewhere() {
    var bytes = new byte[4];
    random.nextBytes(bytes);
    bytes[0] = (byte) random.nextInt(11, 100);
    return new InetSocketAddress(address(bytes), random.nextInt(1_024, 65_536));
  }

  static InetAddress address(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new AssertionError(e);
    }
  }

  DhtNode add() {
    return add(somewhere(), DhtLimits.DEFAULT, Krpc.Standing.FULL);
  }

  DhtNode add(InetSocketAddress address, DhtLimits limits, Krpc.Standing standing) {
    var transport =
        new DhtTransport() {
          @Override
          public void send(byte[] datagram, InetSocketAddress to) {
            SimulatedDht.this.send(datagram, address, to);
          }

          @Override
          public InetSocketAddress address() {
            return address;
          }
        };
    var node =
        new DhtNode(
            limits,
            standing,
            Optional.empty(),
            new DhtNode.World(
                time,
                random,
                transport,
                counters,
                new Dialogues(transcript, time.clock(), transport),
                new Object()));
    nodes.add(node);
    at.put(address, node);
    addresses.put(node, address);
    return node;
  }

  void send(byte[] datagram, InetSocketAddress from, InetSocketAddress to) {
    bytesTo.merge(to, (long) datagram.length, Long::sum);
    time.after(
        Duration.ofMillis(random.nextInt(10, 100)),
        () -> {
          if (dead.contains(to)) {
            return;
          }
          var stranger = strangers.get(to);
          if (stranger != null) {
            stranger.received(datagram, from);
          } else if (at.containsKey(to)) {
            Objects.requireNonNull(at.get(to)).received(datagram, from);
          }
        });
  }

  /** Bytes that were sent to an address so far. */
  long sentTo(InetSocketAddress address) {
    return bytesTo.getOrDefault(address, 0L);
  }

  /** Bytes that were sent to each address. */
  Map<InetSocketAddress, Long> sent() {
    return bytesTo;
  }

  InetSocketAddress addressOf(DhtNode node) {
    return Objects.requireNonNull(addresses.get(node));
  }

  /** So many nodes that have joined one after the other. */
  SimulatedDht grow(int count) {
    for (int i = 0; i < count; i++) {
      var known = nodes.isEmpty() ? List.<InetSocketAddress>of() : List.of(any());
      add().start(known);
      time.advance(Duration.ofMillis(300));
    }
    time.advance(Duration.ofSeconds(30));
    return this;
  }

  InetSocketAddress any() {
    InetSocketAddress drawn;
    do {
      drawn = addressOf(nodes.get(random.nextInt(nodes.size())));
    } while (dead.contains(drawn));
    return drawn;
  }

  /** A search from one node, to its end. */
  DhtSearch.End search(DhtNode from, InfoHash hash, Optional<Integer> port) {
    var ends = new ArrayList<DhtSearch.End>();
    from.search(new DhtSearch(hash, port, _ -> {}, ends::add));
    for (int i = 0; i < 600 && ends.isEmpty(); i++) {
      time.advance(Duration.ofMillis(100));
    }
    return ends.getFirst();
  }

  /** The living nodes that are nearest to a place indeed, {@code asking} not among them. */
  List<NodeId> nearest(NodeId target, DhtNode asking) {
    return nodes.stream()
        .filter(node -> node != asking && !dead.contains(addresses.get(node)))
        .map(DhtNode::id)
        .sorted(target::compareDistance)
        .limit(8)
        .toList();
  }
}
