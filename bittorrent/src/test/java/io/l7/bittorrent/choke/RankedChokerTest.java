package io.l7.bittorrent.choke;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.bittorrent.choke.Verdict.Rule;
import io.l7.bittorrent.swarm.PeerKey;
import io.l7.common.spec.Spec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** Each rule of the choker, in virtual time: the test is the driver and keeps the peers' state. */
class RankedChokerTest {
  private static final long SECOND = 1_000_000_000L;

  private final Map<Integer, PeerStanding> peers = new TreeMap<>();
  private RankedChoker choker =
      choker(SlotPolicy.KUROSE_4_PLUS_1, Ranking.RECIPROCATION, new SplittableRandom(7));

  private static RankedChoker choker(SlotPolicy slots, Ranking ranking, SplittableRandom random) {
    return new RankedChoker(slots, ranking, ChokeTiming.BEP3, random);
  }

  private void peer(int id, double givesUs) {
    peers.put(id, standing(id, true, givesUs, 0, false));
  }

  private static PeerStanding standing(
      int id, boolean interested, double gives, double takes, boolean snubbing) {
    return new PeerStanding(
        PeerKey.of(id), interested, false, gives, takes, PeerStanding.NEVER, snubbing, false, 0.5);
  }

  private void change(int id, boolean interested, double gives, boolean snubbing) {
    PeerStanding p = Objects.requireNonNull(peers.get(id));
    peers.put(
        id,
        new PeerStanding(
            p.key(),
            interested,
            p.unchoked(),
            gives,
            p.takesFromUs(),
            p.unchokedAt(),
            snubbing,
            p.idle(),
            p.completeness()));
  }

  /** Asks the choker at that second and carries out what it says. */
  private Map<Integer, Rule> at(double seconds) {
    long now = Math.round(seconds * SECOND);
    Map<Integer, Rule> rules = new TreeMap<>();
    for (Verdict verdict : choker.decide(now, new ArrayList<>(peers.values()))) {
      int id = verdict.peer().id();
      rules.put(id, verdict.rule());
      PeerStanding p = Objects.requireNonNull(peers.get(id));
      peers.put(
          id,
          new PeerStanding(
              p.key(),
              p.interested(),
              verdict.unchoke(),
              p.givesUs(),
              p.takesFromUs(),
              verdict.unchoke() && !p.unchoked() ? now : p.unchokedAt(),
              p.snubbing(),
              p.idle(),
              p.completeness()));
    }
    return rules;
  }

  private static Set<Integer> with(Map<Integer, Rule> rules, Rule rule) {
    Set<Integer> ids = new HashSet<>();
    rules.forEach(
        (id, r) -> {
          if (r == rule) {
            ids.add(id);
          }
        });
    return ids;
  }

  @Test
  @Spec("BEP 3")
  void theFourFastestInterestedPeersAndOneByLotAreUnchoked() {
    for (int id = 1; id <= 10; id++) {
      peer(id, id * 1000);
    }
    Map<Integer, Rule> rules = at(0);
    assertThat(with(rules, Rule.FASTEST)).containsExactlyInAnyOrder(7, 8, 9, 10);
    assertThat(with(rules, Rule.OPTIMISTIC)).hasSize(1);
    assertThat(with(rules, Rule.SLOWER)).hasSize(5);
  }

  @Test
  @Spec("BEP 3")
  void inTheReadingOfBep3TheOptimisticPeerIsOneOfTheFour() {
    choker = choker(SlotPolicy.BEP3_4_INCL_1, Ranking.RECIPROCATION, new SplittableRandom(7));
    for (int id = 1; id <= 10; id++) {
      peer(id, id * 1000);
    }
    Map<Integer, Rule> rules = at(0);
    assertThat(with(rules, Rule.FASTEST)).containsExactlyInAnyOrder(8, 9, 10);
    assertThat(with(rules, Rule.OPTIMISTIC)).hasSize(1);
  }

  @Test
  @Spec("BEP 3")
  void inTheReadingOfBep3AFasterPeerIsUnchokedWithoutInterest() {
    choker = choker(SlotPolicy.BEP3_4_INCL_1, Ranking.RECIPROCATION, new SplittableRandom(7));
    for (int id = 1; id <= 5; id++) {
      peer(id, id * 1000);
    }
    peers.put(6, standing(6, false, 9000, 0, false));
    peers.put(7, standing(7, false, 10, 0, false));
    Map<Integer, Rule> rules = at(0);
    assertThat(rules.get(6)).isEqualTo(Rule.FASTER_BUT_NOT_INTERESTED);
    assertThat(rules.get(7)).isEqualTo(Rule.NOT_INTERESTED);
  }

  @Test
  @Spec("BEP 3")
  void aNewRankingIsMadeEveryTenSecondsAndNotBefore() {
    for (int id = 1; id <= 8; id++) {
      peer(id, id * 1000);
    }
    Set<Integer> first = with(at(0), Rule.FASTEST);
    Set<Integer> optimistic = with(at(0.1), Rule.OPTIMISTIC);
    int climber = optimistic.contains(1) ? 2 : 1;
    change(climber, true, 50_000, false);
    assertThat(with(at(9.9), Rule.FASTEST)).isEqualTo(first);
    assertThat(with(at(10), Rule.FASTEST)).contains(climber).doesNotContain(5);
  }

  @Test
  @Spec("BEP 3")
  void theOptimisticPeerChangesEveryThirtySecondsAndNotBefore() {
    for (int id = 1; id <= 12; id++) {
      peer(id, id * 1000);
    }
    Set<Integer> chosen = with(at(0), Rule.OPTIMISTIC);
    for (int second = 1; second < 30; second++) {
      assertThat(with(at(second), Rule.OPTIMISTIC)).isEqualTo(chosen);
    }
    assertThat(with(at(30), Rule.OPTIMISTIC)).hasSize(1).doesNotContainAnyElementsOf(chosen);
  }

  @Test
  @Spec("BEP 3")
  void aNewcomerIsThreeTimesAsLikelyToBeTried() {
    int newcomers = 0;
    SplittableRandom random = new SplittableRandom(42);
    for (int round = 0; round < 4000; round++) {
      List<PeerStanding> all = new ArrayList<>();
      for (int id = 1; id <= 4; id++) {
        all.add(standing(id, true, 1000, 0, false));
      }
      all.add(standing(5, true, 0, 0, false));
      all.add(new PeerStanding(PeerKey.of(6), true, false, 0, 0, 1, false, false, 0.5));
      RankedChoker fresh = choker(SlotPolicy.KUROSE_4_PLUS_1, Ranking.RECIPROCATION, random);
      if (fresh.decide(0, all).get(4).unchoke()) {
        newcomers++;
      }
    }
    assertThat(newcomers).as("3 of 4 within four standard deviations").isBetween(2890, 3110);
  }

  @Test
  void aPeerThatBecomesInterestedTakesAFreeSlotAtOnce() {
    peer(1, 1000);
    peer(2, 1000);
    at(0);
    assertThat(choker.freeSlots()).isEqualTo(3);
    peer(3, 0);
    assertThat(at(0.2).get(3)).isEqualTo(Rule.FREE_SLOT);
  }

  @Test
  void theSlotOfAPeerThatLeavesIsGivenAwayAtOnce() {
    for (int id = 1; id <= 7; id++) {
      peer(id, id * 1000);
    }
    Map<Integer, Rule> before = at(0);
    peers.remove(7);
    Map<Integer, Rule> after = at(0.2);
    assertThat(with(after, Rule.FREE_SLOT)).hasSize(1);
    assertThat(with(after, Rule.OPTIMISTIC)).isEqualTo(with(before, Rule.OPTIMISTIC));
    assertThat(after.values().stream().filter(Rule::unchokes)).hasSize(5);
  }

  @Test
  void aPeerThatLosesInterestKeepsItsSlotOnlyWhileNobodyElseWantsIt() {
    peer(1, 1000);
    at(0);
    change(1, false, 1000, false);
    assertThat(at(1).get(1)).isEqualTo(Rule.IDLE_SLOT);
    for (int id = 2; id <= 6; id++) {
      peer(id, 0);
    }
    assertThat(at(2).get(1)).isEqualTo(Rule.NOT_INTERESTED);
  }

  @Test
  @Spec("BEP 3")
  void aPeerThatSnubsUsLosesItsRegularSlotHoweverFastItWas() {
    for (int id = 1; id <= 8; id++) {
      peer(id, id * 1000);
    }
    at(0);
    change(8, true, 8000, true);
    Map<Integer, Rule> rules = at(1);
    assertThat(rules.get(8)).isEqualTo(Rule.SNUBBING);
    assertThat(with(rules, Rule.FREE_SLOT)).hasSize(1);
  }

  @Test
  @Spec("BEP 3")
  void whoIsSnubbedByAllMakesMoreThanOneOptimisticUnchoke() {
    for (int id = 1; id <= 9; id++) {
      peers.put(id, standing(id, true, 0, 0, true));
    }
    assertThat(with(at(0), Rule.OPTIMISTIC)).hasSize(5);
  }

  @Test
  void amongEqualsWhoIsUnchokedStaysSo() {
    for (int id = 1; id <= 20; id++) {
      peer(id, 0);
    }
    Set<Integer> first = with(at(0), Rule.FASTEST);
    for (int second = 10; second < 30; second += 10) {
      assertThat(with(at(second), Rule.FASTEST)).containsAnyElementsOf(first);
      Set<Integer> kept = with(at(second), Rule.FASTEST);
      kept.retainAll(first);
      assertThat(kept.size()).isGreaterThanOrEqualTo(3);
    }
  }

  @Test
  void aSeedServesTheFastestTakersAndRotatesOne() {
    choker = choker(SlotPolicy.KUROSE_4_PLUS_1, Ranking.FASTEST_UPLOAD, new SplittableRandom(3));
    for (int id = 1; id <= 10; id++) {
      peers.put(id, standing(id, true, 0, id * 1000, false));
    }
    assertThat(with(at(0), Rule.FASTEST)).containsExactlyInAnyOrder(7, 8, 9, 10);
    Set<Integer> tried = new HashSet<>();
    for (int second = 0; second < 600; second += 30) {
      tried.addAll(with(at(second), Rule.OPTIMISTIC));
    }
    assertThat(tried).containsExactlyInAnyOrder(1, 2, 3, 4, 5, 6);
  }

  @Test
  void roundRobinGivesEveryPeerTheSameTimeWhateverItTakes() {
    choker = choker(SlotPolicy.KUROSE_4_PLUS_1, Ranking.ROUND_ROBIN, new SplittableRandom(3));
    for (int id = 1; id <= 20; id++) {
      peers.put(id, standing(id, true, 0, id == 20 ? 1e6 : 10, false));
    }
    int[] served = new int[21];
    for (int second = 0; second < 6000; second += 10) {
      at(second).forEach((id, rule) -> served[id] += rule == Rule.FASTEST ? 10 : 0);
    }
    // 4 slots over 6000 s are 1200 s for each of twenty; the thief gets no more.
    assertThat(served[20]).isBetween(800, 1600);
    for (int id = 1; id <= 20; id++) {
      assertThat(served[id]).isBetween(800, 1600);
    }
  }

  @Test
  void antiLeechPrefersWhoBeganAndWhoIsNearlyDone() {
    choker = choker(SlotPolicy.KUROSE_4_PLUS_1, Ranking.ANTI_LEECH, new SplittableRandom(3));
    for (int id = 0; id <= 10; id++) {
      peers.put(
          id,
          new PeerStanding(
              PeerKey.of(id), true, false, 0, 0, PeerStanding.NEVER, false, false, id / 10.0));
    }
    assertThat(with(at(0), Rule.FASTEST)).containsExactlyInAnyOrder(0, 1, 9, 10);
  }

  private void idle(int id) {
    PeerStanding p = Objects.requireNonNull(peers.get(id));
    peers.put(
        id,
        new PeerStanding(
            p.key(),
            p.interested(),
            p.unchoked(),
            p.givesUs(),
            p.takesFromUs(),
            p.unchokedAt(),
            p.snubbing(),
            true,
            p.completeness()));
  }

  @Test
  void slotsOfThoseWhoAskForNothingGoToTheNextWhoMightAtOnce() {
    for (Ranking ranking : Ranking.values()) {
      peers.clear();
      choker = choker(SlotPolicy.KUROSE_4_PLUS_1, ranking, new SplittableRandom(7));
      for (int id = 1; id <= 20; id++) {
        peer(id, 0);
      }
      at(0);
      for (int id = 1; id <= 20; id++) {
        idle(id);
      }
      peer(21, 0);
      assertThat(at(3).get(21)).as(ranking.name()).isEqualTo(Rule.FREE_SLOT);
      assertThat(with(at(4), Rule.OPTIMISTIC)).hasSize(4);
      assertThat(with(at(4), Rule.ASKS_FOR_NOTHING)).hasSize(16);
    }
  }

  @Test
  void whoGivesKeepsItsSlotThoughItAsksForNothing() {
    for (int id = 1; id <= 10; id++) {
      peer(id, id * 1000);
    }
    at(0);
    idle(10);
    assertThat(at(10).get(10)).isEqualTo(Rule.FASTEST);
  }

  @Test
  void noDecisionEverUnchokesMoreInterestedPeersThanThereAreSlots() {
    SplittableRandom random = new SplittableRandom(99);
    for (SlotPolicy policy : SlotPolicy.values()) {
      choker = choker(policy, Ranking.RECIPROCATION, random);
      peers.clear();
      for (int step = 0; step < 3000; step++) {
        int id = random.nextInt(15);
        switch (random.nextInt(4)) {
          case 0 -> peers.remove(id);
          case 1 -> peers.putIfAbsent(id, standing(id, true, 0, 0, false));
          default -> {
            if (peers.containsKey(id)) {
              change(id, random.nextBoolean(), random.nextInt(1000), random.nextInt(9) == 0);
            }
          }
        }
        at(step * 0.7);
        long interested =
            peers.values().stream().filter(p -> p.interested() && p.unchoked()).count();
        long wanting = peers.values().stream().filter(PeerStanding::interested).count();
        int slots = policy.regular() + policy.optimistic();
        assertThat(interested).isEqualTo(Math.min(slots, wanting));
        assertThat(choker.freeSlots()).isEqualTo(slots - (int) interested);
      }
    }
  }

  @Test
  void aClockThatJumpsForwardMakesOneRankingAndTheRoundsGoOnFromThere() {
    for (int id = 1; id <= 8; id++) {
      peer(id, id * 1000);
    }
    Set<Integer> first = with(at(0), Rule.FASTEST);
    double later = 1e9; // thirty years
    assertThat(with(at(later), Rule.FASTEST)).hasSize(4);
    for (int id = 1; id <= 8; id++) {
      change(id, true, (9 - id) * 1000, false);
    }
    Set<Integer> held = with(at(later + 9), Rule.FASTEST);
    assertThat(held).isSubsetOf(first).hasSizeGreaterThanOrEqualTo(3);
    assertThat(with(at(later + 10), Rule.FASTEST)).containsExactlyInAnyOrder(1, 2, 3, 4);
  }

  @Test
  void aClockThatJumpsBackChangesNobodysSlotAndLosesNone() {
    for (int id = 1; id <= 8; id++) {
      peer(id, id * 1000);
    }
    at(1000);
    Set<Integer> unchoked = new HashSet<>();
    at(1001).forEach((id, rule) -> unchoked.addAll(rule.unchokes() ? Set.of(id) : Set.of()));
    for (double second : new double[] {500, 0, -1000, 1009}) {
      Map<Integer, Rule> rules = at(second);
      assertThat(rules.entrySet().stream().filter(e -> e.getValue().unchokes()))
          .extracting(Map.Entry::getKey)
          .containsExactlyInAnyOrderElementsOf(unchoked);
    }
    change(1, true, 50_000, false);
    assertThat(with(at(1010), Rule.FASTEST)).contains(1);
  }
}
