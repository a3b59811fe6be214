package io.l7.bittorrent.dht;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.bittorrent.metainfo.InfoHash;
import io.l7.common.spec.Spec;
import io.l7.common.testkit.Seeded;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A node whose line is down for hours, as that of a laptop that sleeps, in virtual time. */
class DhtOutageTest {
  private final SimulatedDht network = new SimulatedDht(Seeded.random("dht outage"));
  private final InfoHash hash = InfoHash.of(NodeId.random(network.random).bytes());

  private void outage(InetSocketAddress... whose) {
    network.dead.addAll(List.of(whose));
    network.time.advance(Duration.ofHours(3));
    network.dead.clear();
    network.time.advance(Duration.ofMinutes(6)); // the longest pause between two tries
  }

  @Test
  void aNodeThatHeardOfNobodyForHoursIsBackMinutesAfterItsLineIs() {
    network.grow(20);
    var node = network.nodes.get(7);
    assertThat(network.search(node, hash, Optional.empty()).answered()).isGreaterThan(4);
    outage(network.addressOf(node));
    assertThat(network.search(node, hash, Optional.empty()).answered()).isGreaterThan(4);
  }

  @Test
  void soIsOneThatWasToldOfNobodyAndKnowsButWhoAskedIt() {
    var one = network.add();
    var other = network.add();
    one.start(List.of());
    other.start(List.of());
    one.probe(network.addressOf(other));
    network.time.advance(Duration.ofSeconds(1));
    outage(network.addressOf(one), network.addressOf(other));
    assertThat(network.search(one, hash, Optional.empty()).answered()).isEqualTo(1);
  }

  @Test
  @Spec("BEP 5")
  void whoWasSilentAndAsksIsLookedForAgain() {
    var node = network.add();
    var address = network.addressOf(node);
    var friend = network.add();
    node.probe(network.addressOf(friend));
    network.time.advance(Duration.ofSeconds(1));
    network.dead.add(network.addressOf(friend));
    for (int i = 0; i < 2; i++) {
      node.search(new DhtSearch(hash, Optional.empty(), _ -> {}, _ -> {}));
      network.time.advance(Duration.ofSeconds(10));
    }
    network.dead.clear();
    long before = network.sentTo(network.addressOf(friend));
    friend.probe(address);
    network.time.advance(Duration.ofSeconds(1));
    assertThat(network.sentTo(network.addressOf(friend)) - before)
        .as("an answer and a ping")
        .isGreaterThan(140);
  }

  @Test
  void searchesThatBeginWhileNobodyIsThereEndAndGoOnLater() {
    network.grow(8);
    var node = network.nodes.get(3);
    network.dead.add(network.addressOf(node));
    network.time.advance(Duration.ofHours(2));
    var ends = new ArrayList<DhtSearch.End>();
    node.search(new DhtSearch(hash, Optional.empty(), _ -> {}, ends::add));
    network.time.advance(Duration.ofMinutes(1));
    assertThat(ends).hasSize(1);
    assertThat(ends.getFirst().answered()).isZero();
  }
}
