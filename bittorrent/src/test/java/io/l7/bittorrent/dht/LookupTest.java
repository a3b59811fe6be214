package io.l7.bittorrent.dht;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.spec.Spec;
import io.l7.common.testkit.Seeded;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class LookupTest {
  private final SplittableRandom random = Seeded.random("lookup");
  private final NodeId target = NodeId.random(random);
  private int port = 2_000;

  private NodeContact local(int bits) {
    return new NodeContact(target.near(bits, random), new InetSocketAddress("127.0.0.1", port++));
  }

  private List<NodeContact> locals(int count, int bits) {
    var nodes = new ArrayList<NodeContact>();
    for (int i = 0; i < count; i++) {
      nodes.add(local(bits));
    }
    return nodes;
  }

  @Test
  @Spec("BEP 5")
  void threeAreAskedAtATimeTheNearestFirst() {
    var known = locals(8, 4);
    known.addAll(locals(2, 9));
    var lookup = new Lookup(target, DhtLimits.DEFAULT, known);
    var first = lookup.next();
    assertThat(first).hasSize(3).contains(known.get(8), known.get(9));
    assertThat(lookup.next()).isEmpty();
    lookup.answered(first.getFirst(), List.of());
    assertThat(lookup.next()).hasSize(1);
    lookup.late(first.get(1)); // who lets us wait holds up nobody
    assertThat(lookup.next()).hasSize(1);
  }

  @Test
  @Spec("BEP 5")
  void itEndsWhenTheNearestEightHaveAnswered() {
    var lookup = new Lookup(target, DhtLimits.DEFAULT, locals(16, 2));
    var nearer = locals(8, 20);
    int asked = 0;
    for (var now = lookup.next(); !now.isEmpty(); now = lookup.next()) {
      asked += now.size();
      now.forEach(node -> lookup.answered(node, nearer));
    }
    assertThat(lookup.isDone()).isTrue();
    assertThat(lookup.closest()).containsExactlyInAnyOrderElementsOf(nearer);
    assertThat(asked).isEqualTo(3 + 8);
    assertThat(lookup.rounds()).isEqualTo(2);
  }

  @Test
  void whoIsSilentIsPassedOverAndWhoAnswersLateStillCounts() {
    var known = locals(9, 3);
    var lookup = new Lookup(target, DhtLimits.DEFAULT, known);
    var slow = lookup.next();
    slow.forEach(lookup::late);
    lookup.failed(slow.get(0));
    for (var now = lookup.next(); !now.isEmpty(); now = lookup.next()) {
      now.forEach(node -> lookup.answered(node, List.of()));
    }
    assertThat(lookup.isDone()).isTrue();
    assertThat(lookup.closest()).hasSize(6);
    lookup.answered(slow.get(1), List.of());
    assertThat(lookup.closest()).hasSize(7).contains(slow.get(1));
  }

  /** In a network of this machine alone ids are free, and a liar can name any. */
  @Test
  void whoNamedNodesThatAreNotThereIsBelievedLess() {
    var liar = local(10);
    var honest = locals(8, 5);
    var known = new ArrayList<>(honest);
    known.add(liar);
    var lookup = new Lookup(target, DhtLimits.DEFAULT, known);
    var invented = locals(8, 60);
    int wasted = 0;
    for (var now = lookup.next(); !now.isEmpty() || !lookup.isDone(); now = lookup.next()) {
      for (var node : now) {
        if (invented.contains(node)) {
          wasted++;
          lookup.failed(node);
        } else {
          lookup.answered(node, node.equals(liar) ? invented : List.of());
        }
      }
    }
    assertThat(lookup.closest()).hasSize(8).contains(liar);
    assertThat(wasted).isLessThan(8);
  }

  @Test
  void ofOneNetworkAFewAreAskedAndOfOneAddressOne() {
    var known = new ArrayList<NodeContact>();
    for (int i = 0; i < 40; i++) {
      var address = new InetSocketAddress("11.22.33." + (1 + i / 4), 5_000 + i);
      known.add(new NodeContact(SecureIds.at(address.getAddress(), random), address));
    }
    var lookup = new Lookup(target, DhtLimits.DEFAULT, known);
    var asked = new ArrayList<NodeContact>();
    for (var now = lookup.next(); !now.isEmpty(); now = lookup.next()) {
      asked.addAll(now);
      now.forEach(node -> lookup.answered(node, List.of()));
    }
    assertThat(asked).hasSize(3).extracting(NodeContact::host).doesNotHaveDuplicates();
    assertThat(lookup.isDone()).isTrue();
  }

  @Test
  @Spec("BEP 42")
  void whoseIdDoesNotFitItsAddressIsNotAmongTheNearest() {
    var known = new ArrayList<NodeContact>();
    for (int i = 0; i < 8; i++) {
      var address = new InetSocketAddress("11." + i + ".33.44", 5_000);
      known.add(new NodeContact(target.near(100, random), address));
    }
    var fitting = new ArrayList<NodeContact>();
    for (int i = 0; i < 5; i++) {
      var address = new InetSocketAddress("12." + i + ".33.44", 5_000);
      fitting.add(new NodeContact(SecureIds.at(address.getAddress(), random), address));
    }
    known.addAll(fitting);
    var lookup = new Lookup(target, DhtLimits.DEFAULT, known);
    for (var now = lookup.next(); !now.isEmpty(); now = lookup.next()) {
      now.forEach(node -> lookup.answered(node, List.of()));
    }
    assertThat(lookup.asked()).isEqualTo(8); // they may know more, for want of others
    assertThat(lookup.closest()).containsExactlyInAnyOrderElementsOf(fitting);
  }

  @Test
  void whoTurnsOutToBeSomebodyElseCountsUnderItsOwnName() {
    var named = local(30);
    var truly = new NodeContact(target.near(8, random), named.address());
    var lookup = new Lookup(target, DhtLimits.DEFAULT, List.of(named));
    assertThat(lookup.next()).containsExactly(named);
    var next = local(12);
    lookup.answeredAs(named, truly, List.of(next));
    assertThat(lookup.closest()).containsExactly(truly);
    assertThat(lookup.next()).containsExactly(next);
  }

  @Test
  void anEndlessRowOfNearerNodesComesToAnEnd() {
    var lookup = new Lookup(target, DhtLimits.DEFAULT, List.of(local(1)));
    int asked = 0;
    int bits = 2;
    for (var now = lookup.next(); !now.isEmpty(); now = lookup.next()) {
      asked += now.size();
      for (var node : now) {
        lookup.answered(node, locals(8, Math.min(bits++, 150)));
      }
    }
    assertThat(asked).isEqualTo(DhtLimits.DEFAULT.asked());
    assertThat(lookup.isDone()).isTrue();
  }

  @Test
  void whoIsNamedWhereItIsNotIsStillFoundWhereItIs() {
    var liar = local(9);
    var honest = local(8);
    var hidden = local(60);
    var lookup = new Lookup(target, DhtLimits.DEFAULT, List.of(liar, honest));
    for (var now = lookup.next(); !now.isEmpty(); now = lookup.next()) {
      for (var node : now) {
        if (node.equals(liar)) {
          lookup.answered(node, List.of(new NodeContact(hidden.id(), local(1).address())));
        } else if (node.equals(honest)) {
          lookup.answered(node, List.of(hidden));
        } else if (node.equals(hidden)) {
          lookup.answered(node, List.of());
        } else {
          lookup.failed(node);
        }
      }
    }
    assertThat(lookup.closest()).containsExactly(hidden, liar, honest);
  }
}
