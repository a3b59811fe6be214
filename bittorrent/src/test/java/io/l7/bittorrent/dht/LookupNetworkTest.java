package io.l7.bittorrent.dht;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.bittorrent.metainfo.InfoHash;
import io.l7.common.spec.Spec;
import io.l7.common.testkit.Seeded;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Lookups among a thousand nodes, each of the class that runs in the daemon, in virtual time. */
class LookupNetworkTest {
  private static final int NODES = 1_000;
  private static final int LOOKUPS = 50;

  private static InfoHash hash(RandomGenerator random) {
    return InfoHash.of(NodeId.random(random).bytes());
  }

  /** Searches from nodes by lot, and how many of the nearest eight each found. */
  private static List<DhtSearch.End> searches(SimulatedDht network, List<Integer> hits) {
    var ends = new ArrayList<DhtSearch.End>();
    for (int i = 0; i < LOOKUPS; i++) {
      var hash = hash(network.random);
      DhtNode from;
      do {
        from = network.nodes.get(network.random.nextInt(NODES));
      } while (network.dead.contains(network.addressOf(from)));
      var end = network.search(from, hash, Optional.empty());
      var found = new HashSet<>(end.nearest().stream().map(NodeContact::id).toList());
      found.retainAll(network.nearest(NodeId.of(hash), from));
      hits.add(found.size());
      ends.add(end);
    }
    return ends;
  }

  private static void report(String what, List<DhtSearch.End> ends, List<Integer> hits) {
    System.out.printf(
        "%s: %.2f of the nearest 8, %.1f nodes asked, %.1f rounds (at most %d)%n",
        what,
        hits.stream().mapToInt(i -> i).average().orElseThrow(),
        ends.stream().mapToInt(DhtSearch.End::asked).average().orElseThrow(),
        ends.stream().mapToInt(DhtSearch.End::rounds).average().orElseThrow(),
        ends.stream().mapToInt(DhtSearch.End::rounds).max().orElseThrow());
  }

  @Test
  @Spec("BEP 5")
  void aLookupAmongAThousandFindsTheNearestEight() {
    var network = new SimulatedDht(Seeded.random("dht")).grow(NODES);
    var hits = new ArrayList<Integer>();
    var ends = searches(network, hits);
    report("all alive", ends, hits);
    assertThat(hits.stream().mapToInt(i -> i).average().orElseThrow()).isGreaterThan(7.9);
    assertThat(hits).allMatch(found -> found >= 7);
    assertThat(ends).extracting(DhtSearch.End::rounds).allMatch(rounds -> rounds <= 7);
    assertThat(ends.stream().mapToInt(DhtSearch.End::asked).average().orElseThrow()).isLessThan(25);
  }

  @Test
  void aLookupFindsTheNearestEightThoughAFifthOfTheNodesIsDead() {
    var network = new SimulatedDht(Seeded.random("dht")).grow(NODES);
    for (int i = 0; i < NODES / 5; i++) {
      network.dead.add(network.any());
    }
    var hits = new ArrayList<Integer>();
    var ends = searches(network, hits);
    report("a fifth dead", ends, hits);
    assertThat(hits.stream().mapToInt(i -> i).average().orElseThrow()).isGreaterThan(7.8);
    assertThat(ends).extracting(DhtSearch.End::rounds).allMatch(rounds -> rounds <= 9);
  }

  @Test
  @Spec({"BEP 5", "BEP 42"})
  void aLookupFindsTheNearestEightThoughSomeNodesNameOthersThatAreNotThere() {
    var network = new SimulatedDht(Seeded.random("dht")).grow(NODES);
    for (int i = 0; i < NODES / 20; i++) {
      var liar = network.nodes.get(network.random.nextInt(NODES));
      var address = network.addressOf(liar);
      network.strangers.put(
          address, (datagram, from) -> lie(network, liar, address, datagram, from));
    }
    var hits = new ArrayList<Integer>();
    var ends = searches(network, hits);
    report("a twentieth lies", ends, hits);
    assertThat(hits.stream().mapToInt(i -> i).average().orElseThrow()).isGreaterThan(7.8);
    assertThat(ends).extracting(DhtSearch.End::asked).allMatch(asked -> asked <= 60);
  }

  /** Answers with eight nodes right beside what is looked for, all at addresses of strangers. */
  private static void lie(
      SimulatedDht network,
      DhtNode liar,
      InetSocketAddress address,
      byte[] datagram,
      InetSocketAddress from) {
    try {
      if (KrpcReader.read(datagram) instanceof Krpc.Query query) {
        var target =
            switch (query.call()) {
              case Call.FindNode(var place, var _) -> place;
              case Call.GetPeers(var infoHash, var _) -> NodeId.of(infoHash);
              default -> liar.id();
            };
        var named = new ArrayList<NodeContact>();
        for (int i = 0; i < 8; i++) {
          named.add(new NodeContact(target.near(150, network.random), network.somewhere()));
        }
        var answer =
            new Krpc.Response(
                query.transaction(),
                liar.id(),
                named,
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.empty());
        network.send(KrpcWriter.write(answer), address, from);
      } else {
        liar.received(datagram, from);
      }
    } catch (KrpcException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  @Spec("BEP 5")
  void whatIsAnnouncedIsFoundByOthersAndEndsAfterItsTime() {
    var network = new SimulatedDht(Seeded.random("dht")).grow(100);
    var hash = hash(network.random);
    var announcer = network.nodes.get(3);
    var end = network.search(announcer, hash, Optional.of(6_881));
    assertThat(end.announced()).isEqualTo(8);
    var found = new ArrayList<InetSocketAddress>();
    network.nodes.get(70).search(new DhtSearch(hash, Optional.empty(), found::addAll, _ -> {}));
    network.time.advance(Duration.ofSeconds(10));
    assertThat(found)
        .containsExactly(new InetSocketAddress(network.addressOf(announcer).getAddress(), 6_881));
    network.time.advance(DhtLimits.DEFAULT.peerLife());
    assertThat(network.search(network.nodes.get(70), hash, Optional.empty()).peers()).isZero();
  }
}
