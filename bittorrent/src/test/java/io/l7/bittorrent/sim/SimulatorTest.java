package io.l7.bittorrent.sim;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.bittorrent.bound.Capacity;
import io.l7.bittorrent.brain.BrainConfig;
import io.l7.bittorrent.brain.BrainConfig.SeedMode;
import io.l7.bittorrent.brain.PeerBrain;
import io.l7.bittorrent.choke.Ranking;
import io.l7.bittorrent.choke.SlotPolicy;
import io.l7.bittorrent.sim.SimConfig.Behaviour;
import io.l7.bittorrent.sim.SimConfig.Churn;
import io.l7.bittorrent.swarm.Decision;
import io.l7.bittorrent.swarm.Decision.Topic;
import io.l7.bittorrent.swarm.DecisionLog;
import io.l7.bittorrent.swarm.PieceLayout;
import io.l7.common.spec.Spec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whole swarms; the scenarios are those of scenarios.json. */
class SimulatorTest {
  private static final double NO_LIMIT = Double.POSITIVE_INFINITY;
  private static final PieceLayout FILE = new PieceLayout(64 << 20, 256 << 10);

  private static SimConfig seedBound(long seed) {
    return SimConfig.of(8, FILE, 8e6, 8e6, seed);
  }

  private static SimConfig aggregateBound(long seed) {
    return SimConfig.of(10, FILE, 4e6, 32e6, seed);
  }

  private static SimConfig slowSink(long seed) {
    List<Capacity.Links> links =
        new ArrayList<>(Collections.nCopies(8, new Capacity.Links(8e6, NO_LIMIT)));
    links.set(0, new Capacity.Links(8e6, 4e6));
    return SimConfig.of(8, FILE, 8e6, 16e6, seed).peers(links);
  }

  private static SimConfig fortyPeers(long seed) {
    return SimConfig.of(40, new PieceLayout(32 << 20, 64 << 10), 4e6, 16e6, seed);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void theSeedBoundCaseEndsWithinTenPercentOfTheBound(long seed) {
    SimReport report = Simulator.run(seedBound(seed));
    assertThat(report.bound().seconds()).isBetween(67.1, 67.2);
    assertThat(report.efficiency()).isGreaterThan(0.93);
    assertThat(report.seedCopies()).as("the seed sends few pieces twice").isLessThan(1.1);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void theAggregateBoundCaseUsesAllUplinks(long seed) {
    SimReport report = Simulator.run(aggregateBound(seed));
    assertThat(report.efficiency()).isGreaterThan(0.95);
    assertThat(report.peerUplinkUse()).isGreaterThan(0.93);
    assertThat(report.redundantShare()).isLessThan(0.01);
  }

  @Test
  void ofTwentyPeersInTheEndgameLessThanOnePercentIsReceivedInVain() {
    SimReport report =
        Simulator.run(SimConfig.of(20, new PieceLayout(32 << 20, 64 << 10), 4e6, 32e6, 3));
    assertThat(report.finished()).isEqualTo(20);
    assertThat(report.redundantShare()).isBetween(1e-9, 0.01);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aSlowSinkIsKeptBusyAndHoldsUpNobody(long seed) {
    SimReport report = Simulator.run(slowSink(seed));
    assertThat(report.efficiency()).isGreaterThan(0.95);
    assertThat(report.medianSeconds()).isLessThan(67);
  }

  @ParameterizedTest
  @EnumSource(SlotPolicy.class)
  void bothReadingsOfTheFourSlotsComeCloseToTheBound(SlotPolicy slots) {
    SimConfig config = aggregateBound(4);
    SimReport report = Simulator.run(config.brain(config.brain().slots(slots)));
    assertThat(report.efficiency()).isGreaterThan(0.93);
  }

  @Test
  @Spec("BEP 16")
  void withoutSuperSeedingTheSeedSendsPiecesTwiceBeforeAllAreOut() {
    SimConfig config = seedBound(1);
    SimReport plain = Simulator.run(config.brain(config.brain().seedMode(SeedMode.PLAIN)));
    SimReport shown = Simulator.run(config);
    assertThat(plain.seedCopies()).isGreaterThan(1.3);
    assertThat(shown.lastSeconds()).isLessThan(plain.lastSeconds() * 0.8);
  }

  @Test
  void theSameSeedGivesTheSameTraceAndAnotherSeedAnother() {
    List<String> first = trace(11);
    assertThat(trace(11)).isEqualTo(first);
    assertThat(trace(12)).isNotEqualTo(first);
    assertThat(first.size()).isGreaterThan(10_000);
  }

  private static List<String> trace(long seed) {
    List<String> lines = new ArrayList<>();
    Simulator.run(
        SimConfig.of(12, new PieceLayout(16 << 20, 64 << 10), 4e6, 8e6, seed),
        (nanos, kind, from, to, piece, offset) ->
            lines.add(nanos + " " + kind + " " + from + " " + to + " " + piece + " " + offset),
        PeerBrain.UNLOGGED);
    return lines;
  }

  @Test
  void twoHundredPeersReachNinetyThreePercent() {
    SimReport report =
        Simulator.run(SimConfig.of(200, new PieceLayout(32 << 20, 64 << 10), 4e6, 16e6, 5));
    assertThat(report.finished()).isEqualTo(200);
    assertThat(report.efficiency()).isGreaterThan(0.93);
    assertThat(report.interestEntropy()).isGreaterThan(0.95);
    assertThat(report.fairness()).isGreaterThan(0.95);
  }

  @Test
  void freeRidersFinishLaterAndSlowTheHonestByLessThanAFifth() {
    SimReport clean = Simulator.run(fortyPeers(6));
    SimReport ridden = Simulator.run(fortyPeers(6).behaviour(new Behaviour(5, 0, 0)));
    assertThat(ridden.finished()).isEqualTo(40);
    assertThat(ridden.meanSeconds("honest")).isLessThan(clean.meanSeconds("honest") * 1.2);
    assertThat(ridden.meanSeconds("free-rider")).isGreaterThan(ridden.meanSeconds("honest"));
  }

  @ParameterizedTest
  @EnumSource(names = {"FASTEST_UPLOAD", "ROUND_ROBIN", "ANTI_LEECH"})
  void thievesThatTakeFromSeedsDoNotStarveTheHonest(Ranking ranking) {
    SimConfig config = fortyPeers(7);
    BrainConfig brain = config.brain().seedRanking(ranking).seedMode(SeedMode.PLAIN);
    SimReport clean = Simulator.run(config.brain(brain));
    SimReport robbed = Simulator.run(config.brain(brain).behaviour(new Behaviour(5, 0, 0)));
    assertThat(robbed.meanSeconds("honest")).isLessThan(clean.meanSeconds("honest") * 1.2);
  }

  @Test
  void aPoisonerAmongSixIsBannedAndNobodyElse() {
    List<Double> slowdowns = new ArrayList<>();
    for (long randomSeed = 8; randomSeed < 11; randomSeed++) {
      SimConfig config =
          SimConfig.of(6, new PieceLayout(64 << 20, 256 << 10), 8e6, 8e6, randomSeed);
      SimReport clean = Simulator.run(config);
      List<Integer> banned = new ArrayList<>();
      SimReport poisoned =
          Simulator.run(
              config.behaviour(new Behaviour(0, 1, 0.05)),
              (_, kind, _, to, _, _) -> {
                if (kind == Trace.Kind.BAN) {
                  banned.add(to);
                }
              },
              PeerBrain.UNLOGGED);
      assertThat(poisoned.finished()).isEqualTo(6);
      assertThat(banned).isNotEmpty().containsOnly(1);
      // The poisoner itself ends alone with the seed; the others hardly notice.
      double last =
          poisoned.peers().stream()
              .filter(peer -> peer.role().equals("honest"))
              .mapToDouble(SimReport.PeerResult::completedSeconds)
              .max()
              .orElseThrow();
      slowdowns.add(last / clean.lastSeconds());
    }
    assertThat(slowdowns).allMatch(slowdown -> slowdown < 1.25);
  }

  @Test
  void everybodyFinishesAlthoughPeersComeAndGo() {
    Churn churn = new Churn(Duration.ofSeconds(30), Duration.ofSeconds(5), 2);
    SimReport report = Simulator.run(aggregateBound(9).churn(churn));
    assertThat(report.finished()).isEqualTo(10);
    assertThat(report.lastSeconds()).isLessThan(report.bound().seconds() * 2);
  }

  @Test
  void whoIsDoneLeavesAtOnceAndNobodyIsLeftWaiting() {
    for (long seed = 0; seed < 60; seed++) {
      SimConfig config = SimConfig.of(5, new PieceLayout(2 << 20, 32 << 10), 8e6, 8e6, seed);
      Churn churn = new Churn(Duration.ZERO, Duration.ZERO, 5);
      SimReport report = Simulator.run(config.arrivals(Duration.ofMillis(1500)).churn(churn));
      assertThat(report.finished()).as("seed %d", seed).isEqualTo(5);
      assertThat(report.lastSeconds())
          .as("seed %d", seed)
          .isLessThan(report.bound().seconds() * 3 + 1.5);
    }
  }

  @Test
  void peersThatArriveOverAMinuteAllFinish() {
    SimReport report = Simulator.run(fortyPeers(10).arrivals(Duration.ofMinutes(1)));
    assertThat(report.finished()).isEqualTo(40);
  }

  @Test
  void theLogSaysWhyEachPeerWasChokedAndAskedForAPiece() {
    DecisionLog log = new DecisionLog(1000, 100);
    Simulator.run(
        SimConfig.of(8, new PieceLayout(4 << 20, 64 << 10), 4e6, 8e6, 1), Trace.NONE, log);
    List<Decision> all = log.all();
    assertThat(all).extracting(Decision::topic).contains(Topic.CHOKE, Topic.PICK, Topic.INTEREST);
    assertThat(all).extracting(Decision::topic).contains(Topic.REVEAL);
    assertThat(all).extracting(Decision::rule).contains("optimistic", "rarest-first", "endgame");
    assertThat(all).allMatch(decision -> !decision.detail().isEmpty());
  }
}
