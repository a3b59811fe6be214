package io.l7.bittorrent.dht;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.spec.Spec;
import io.l7.common.testkit.Seeded;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class RoutingTableTest {
  private static final long MINUTE = Duration.ofMinutes(1).toNanos();

  private final SplittableRandom random = Seeded.random("routing table");
  private final NodeId own = NodeId.random(random);
  private final RoutingTable table = new RoutingTable(own, DhtLimits.DEFAULT, 0);
  private int hosts;

  /** A node of this machine, whose addresses are not counted and whose id is free. */
  private NodeContact node(NodeId id) {
    return new NodeContact(id, new InetSocketAddress("127.0.0.1", 2_000 + hosts++));
  }

  private NodeContact far() {
    return node(own.near(0, random));
  }

  private List<NodeContact> fillFar() {
    var far = new ArrayList<NodeContact>();
    for (int i = 0; i < 8; i++) {
      far.add(far());
      assertThat(table.answered(far.get(i), 0)).isEqualTo(RoutingTable.Entry.ADDED);
    }
    return far;
  }

  @Test
  @Spec("BEP 5")
  void onlyTheBucketOfOurOwnIdIsSplit() {
    for (int i = 0; i < 1_000; i++) {
      var _ = table.answered(node(NodeId.random(random)), 0);
    }
    // a thousand ids are eight in each half, a few more where they lie near ours
    assertThat(table.buckets()).isBetween(6, 12);
    assertThat(table.size()).isBetween(45, 80);
    for (int bits = 0; bits < 4; bits++) {
      int common = bits;
      assertThat(table.closest(own, 1_000, 0))
          .filteredOn(n -> own.commonBits(n.id()) == common)
          .hasSize(8);
    }
  }

  @Test
  @Spec("BEP 5")
  void whoIsGoodIsNotPushedOutAndWhoIsBadIs() {
    var far = fillFar();
    assertThat(table.answered(node(own.near(3, random)), 0)).isEqualTo(RoutingTable.Entry.ADDED);
    var newcomer = far();
    assertThat(table.answered(newcomer, 0)).isEqualTo(RoutingTable.Entry.SPARE);
    assertThat(table.hasRoom(far(), 0)).isFalse();
    assertThat(table.silent(far.get(2), 0)).isEmpty();
    assertThat(table.closest(own, 20, 0)).contains(far.get(2));
    assertThat(table.silent(far.get(2), 0)).contains(newcomer); // to be asked whether it is there
    assertThat(table.closest(own, 20, 0)).doesNotContain(far.get(2));
    assertThat(table.answered(newcomer, 0)).isEqualTo(RoutingTable.Entry.ADDED);
    assertThat(table.size()).isEqualTo(9);
  }

  @Test
  @Spec("BEP 5")
  void aNodeIsGoodForAQuarterOfAnHourAfterItAnsweredOrAsked() {
    var node = far();
    table.answered(node, 0);
    table.asked(node, 10 * MINUTE);
    assertThat(table.questionable(24 * MINUTE)).isEmpty();
    assertThat(table.closestGood(own, 8, 24 * MINUTE)).containsExactly(node);
    assertThat(table.questionable(25 * MINUTE)).contains(node);
    assertThat(table.closestGood(own, 8, 25 * MINUTE)).isEmpty();
    assertThat(table.closest(own, 8, 25 * MINUTE)).containsExactly(node);
    table.answered(node, 26 * MINUTE);
    assertThat(table.questionable(40 * MINUTE)).isEmpty();
  }

  @Test
  @Spec("BEP 5")
  void aBucketInWhichNothingHappenedForAQuarterOfAnHourIsRefreshed() {
    fillFar();
    table.answered(node(own.near(5, random)), 10 * MINUTE);
    assertThat(table.refresh(14 * MINUTE, random)).isEmpty();
    var place = table.refresh(15 * MINUTE, random).orElseThrow();
    assertThat(own.commonBits(place)).isZero();
    assertThat(table.refresh(16 * MINUTE, random)).isEmpty();
    assertThat(own.commonBits(table.refresh(26 * MINUTE, random).orElseThrow())).isPositive();
  }

  @Test
  void ofOneAddressOneNodeComesInAndOfOneNetworkThree() {
    for (int host = 1; host <= 9; host++) {
      for (int port = 5_000; port < 5_010; port++) {
        var address = new InetSocketAddress("11.22.33." + host, port);
        var _ = table.answered(new NodeContact(own.near(host, random), address), 0);
      }
    }
    assertThat(table.closest(own, 100, 0))
        .extracting(node -> node.host().getHostAddress())
        .containsExactlyInAnyOrder("11.22.33.1", "11.22.33.2", "11.22.33.3");
    var other = new InetSocketAddress("11.22.34.1", 5_000);
    assertThat(table.hasRoom(new NodeContact(own.near(2, random), other), 0)).isTrue();
    var subscriber = "2001:db8:1:2::";
    for (int i = 1; i < 20; i++) {
      var address = new InetSocketAddress(subscriber + i, 5_000);
      var _ = table.answered(new NodeContact(own.near(i, random), address), 0);
    }
    assertThat(table.size()).isEqualTo(4);
  }

  @Test
  void whoTakesTheIdOfAGoodNodeDoesNotPushItOut() {
    var node = far();
    table.answered(node, 0);
    var thief = node(node.id());
    assertThat(table.answered(thief, MINUTE)).isEqualTo(RoutingTable.Entry.REFUSED);
    assertThat(table.has(node)).isTrue();
    // once the owner is silent for long, it is thought to have moved
    assertThat(table.answered(thief, 20 * MINUTE)).isEqualTo(RoutingTable.Entry.ADDED);
    assertThat(table.has(node)).isFalse();
  }

  @Test
  void whoMayNotComeInDoesNotPushOutWhoseIdItTakes() {
    var node = far();
    table.answered(node, 0);
    for (int host = 1; host <= 3; host++) {
      var crowd = new InetSocketAddress("11.22.33." + host, 5_000);
      table.answered(new NodeContact(own.near(host, random), crowd), 0);
    }
    var thief = new NodeContact(node.id(), new InetSocketAddress("11.22.33.9", 5_000));
    assertThat(table.answered(thief, 20 * MINUTE)).isEqualTo(RoutingTable.Entry.REFUSED);
    assertThat(table.has(node)).isTrue();
    var other = new NodeContact(own.near(9, random), new InetSocketAddress("11.22.33.8", 5_000));
    assertThat(table.answered(other, 20 * MINUTE)).isEqualTo(RoutingTable.Entry.REFUSED);
  }

  @Test
  void aNodeThatComesBackWithAnotherIdLosesTheFormerOne() {
    var node = far();
    table.answered(node, 0);
    var again = new NodeContact(own.near(2, random), node.address());
    assertThat(table.answered(again, 1)).isEqualTo(RoutingTable.Entry.ADDED);
    assertThat(table.closest(own, 8, 1)).containsExactly(again);
  }

  @Test
  @Spec("BEP 42")
  void whoseIdFitsItsAddressTakesThePlaceOfOneWhoseDoesNot() {
    for (int i = 0; i < 8; i++) {
      var address = new InetSocketAddress("11." + i + ".0.1", 5_000);
      assertThat(table.answered(new NodeContact(own.near(0, random), address), 0))
          .isEqualTo(RoutingTable.Entry.ADDED);
    }
    var address = new InetSocketAddress("12.1.2.3", 5_000);
    NodeContact fitting;
    do {
      fitting = new NodeContact(SecureIds.at(address.getAddress(), random), address);
    } while (own.commonBits(fitting.id()) > 0);
    assertThat(table.answered(node(own.near(1, random)), 0)).isEqualTo(RoutingTable.Entry.ADDED);
    assertThat(table.answered(fitting, 0)).isEqualTo(RoutingTable.Entry.ADDED);
    assertThat(table.size()).isEqualTo(9);
  }

  @Test
  void weAreNotInOurOwnTable() {
    assertThat(table.answered(node(own), 0)).isEqualTo(RoutingTable.Entry.REFUSED);
    assertThat(table.size()).isZero();
  }
}
