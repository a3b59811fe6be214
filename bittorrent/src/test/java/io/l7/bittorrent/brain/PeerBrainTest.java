package io.l7.bittorrent.brain;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.bittorrent.brain.Action.ToPeer;
import io.l7.bittorrent.pick.Receipt;
import io.l7.bittorrent.swarm.Bitfield;
import io.l7.bittorrent.swarm.Block;
import io.l7.bittorrent.swarm.DecisionLog;
import io.l7.bittorrent.swarm.PeerKey;
import io.l7.bittorrent.swarm.PieceLayout;
import io.l7.common.spec.Spec;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PeerBrainTest {
  private static final long SECOND = 1_000_000_000L;
  private static final PeerKey A = PeerKey.of(1);
  private static final PeerKey B = PeerKey.of(2);

  private final PieceLayout layout = new PieceLayout(8 * 2 * Block.LENGTH, 2 * Block.LENGTH);
  private final List<Action> actions = new ArrayList<>();
  private final DecisionLog log = new DecisionLog(100, 100);

  private PeerBrain brain(Bitfield have) {
    return new PeerBrain(
        layout, have, BrainConfig.DEFAULTS, new SplittableRandom(1), actions::add, log);
  }

  private PeerBrain leech(Extensions extensions) {
    PeerBrain brain = brain(Bitfield.empty(8));
    for (PeerKey peer : List.of(A, B)) {
      brain.connected(peer, extensions, 0);
      brain.bitfield(peer, Bitfield.full(8), 0);
    }
    return brain;
  }

  private List<Action> taken() {
    List<Action> taken = List.copyOf(actions);
    actions.clear();
    return taken;
  }

  @Test
  @Spec("BEP 6")
  void whoRejectsEverythingIsAskedAgainOnceASecond() {
    PeerBrain brain = brain(Bitfield.empty(8));
    brain.connected(A, Extensions.FAST, 0);
    brain.bitfield(A, Bitfield.full(8), 0);
    brain.unchoked(A, 0);
    for (int second = 1; second < 4; second++) {
      List<Block> asked = requests(A);
      assertThat(asked).hasSize(4);
      for (Block block : asked) {
        brain.rejected(A, block, second * SECOND - 1);
      }
      assertThat(requests(A)).as("at once").isEmpty();
      brain.tick(second * SECOND);
    }
    assertThat(requests(A)).hasSize(4);
  }

  @Test
  void aBlockThatIsNotServedIsRejectedAndKeepsNoSlot() {
    PeerBrain seed = brain(Bitfield.full(8));
    seed.connected(A, Extensions.FAST, 0);
    seed.interested(A, 0);
    taken();
    Block block = layout.block(3, 1);
    seed.requested(A, block);
    seed.notServed(A, block);
    assertThat(taken())
        .containsExactly(new Action.Serve(A, block), new Action.SendReject(A, block));
    assertThat(seed.peers(SECOND).getFirst().queued()).isZero();
    seed.tick(11 * SECOND);
    assertThat(seed.peers(11 * SECOND).getFirst().idle()).isTrue();
  }

  private List<Block> requests(PeerKey peer) {
    return taken().stream()
        .filter(a -> a instanceof Action.SendRequest && ((ToPeer) a).peer().equals(peer))
        .map(a -> ((Action.SendRequest) a).block())
        .toList();
  }

  @Test
  void aPeerWithNewPiecesIsInterestingAndItsUnchokeIsAnsweredByRequests() {
    PeerBrain brain = leech(Extensions.NONE);
    assertThat(taken()).contains(new Action.SendInterested(A), new Action.SendInterested(B));
    brain.unchoked(A, SECOND);
    assertThat(requests(A)).hasSize(4);
  }

  @Test
  void aBlockIsAnsweredByAnotherRequestAndAWholePieceByItsVerification() {
    PeerBrain brain = leech(Extensions.NONE);
    brain.unchoked(A, SECOND);
    List<Block> asked = requests(A);
    assertThat(brain.block(A, asked.get(0), SECOND)).isInstanceOf(Receipt.Wanted.class);
    assertThat(requests(A)).isNotEmpty();
    brain.block(A, asked.get(1), SECOND);
    assertThat(taken()).contains(new Action.Verify(asked.get(1).piece()));
  }

  @Test
  @Spec("BEP 3")
  void withoutABlockForSixtySecondsAPeerSnubsUsAndOthersAreAsked() {
    PeerBrain brain = leech(Extensions.NONE);
    brain.unchoked(A, 0);
    List<Block> late = requests(A);
    brain.tick(59 * SECOND);
    assertThat(brain.peers(59 * SECOND).getFirst().snubbing()).isFalse();
    brain.tick(60 * SECOND);
    assertThat(brain.peers(60 * SECOND).getFirst().snubbing()).isTrue();
    assertThat(log.about(A)).anyMatch(decision -> decision.rule().equals("snubbed"));
    taken();
    brain.unchoked(B, 61 * SECOND);
    assertThat(requests(B)).containsAll(late);
    brain.block(A, late.getFirst(), 62 * SECOND);
    assertThat(taken()).contains(new Action.SendCancel(B, late.getFirst()));
    assertThat(brain.peers(62 * SECOND).getFirst().snubbing()).isFalse();
  }

  @Test
  @Spec("BEP 3")
  void aChokeFreesWhatWasAskedForOthers() {
    PeerBrain brain = leech(Extensions.NONE);
    brain.unchoked(A, 0);
    List<Block> asked = requests(A);
    brain.unchoked(B, 0);
    taken();
    brain.choked(A, SECOND);
    for (Block block : List.copyOf(asked)) {
      assertThat(brain.block(A, block, SECOND)).isInstanceOf(Receipt.Unrequested.class);
    }
  }

  @Test
  @Spec("BEP 6")
  void withTheFastExtensionABlockMayStillComeAfterTheChoke() {
    PeerBrain brain = leech(Extensions.FAST);
    brain.unchoked(A, 0);
    Block asked = requests(A).getFirst();
    brain.choked(A, SECOND);
    assertThat(brain.block(A, asked, SECOND)).isInstanceOf(Receipt.Wanted.class);
  }

  @Test
  @Spec("BEP 6")
  void whatAChokedRequestBecomesIsAwaitedBeforeAnotherPeerIsAsked() {
    PeerBrain brain = leech(Extensions.FAST);
    brain.unchoked(A, 0);
    List<Block> asked = requests(A);
    brain.unchoked(B, 0);
    List<Block> others = requests(B);
    assertThat(others).isNotEmpty().doesNotContainAnyElementsOf(asked);
    brain.choked(A, SECOND);
    brain.rejected(A, asked.get(0), SECOND);
    others.forEach(block -> brain.block(B, block, SECOND));
    List<Block> more = requests(B);
    assertThat(more).contains(asked.get(0)).doesNotContain(asked.get(1));
    brain.tick(61 * SECOND);
    assertThat(log.about(A)).as("what is not rejected").anyMatch(d -> d.rule().equals("snubbed"));
    more.forEach(block -> brain.block(B, block, 61 * SECOND));
    assertThat(requests(B)).contains(asked.get(1));
  }

  @Test
  @Spec("BEP 6")
  void aRequestOfAChokedPeerIsRejectedWithTheFastExtensionAndIgnoredWithout() {
    PeerBrain seed = brain(Bitfield.full(8));
    seed.connected(A, Extensions.FAST, 0);
    seed.connected(B, Extensions.NONE, 0);
    taken();
    Block block = layout.block(0, 0);
    seed.requested(A, block);
    seed.requested(B, block);
    assertThat(taken()).containsExactly(new Action.SendReject(A, block));
  }

  @Test
  void anInterestedPeerIsUnchokedAtOnceAndServed() {
    PeerBrain seed = brain(Bitfield.full(8));
    seed.connected(A, Extensions.NONE, 0);
    assertThat(taken()).containsExactly(new Action.SendBitfield(A, Bitfield.full(8)));
    seed.interested(A, 1);
    assertThat(taken()).containsExactly(new Action.SendUnchoke(A));
    seed.requested(A, layout.block(3, 1));
    seed.requested(A, new Block(9, 0, 10));
    assertThat(taken()).containsExactly(new Action.Serve(A, layout.block(3, 1)));
  }

  @Test
  void aHaveIsNotSentToWhoHasThePieceUnlessItGaveIt() {
    PeerBrain brain = leech(Extensions.NONE);
    PeerKey poor = PeerKey.of(3);
    brain.connected(poor, Extensions.NONE, 0);
    brain.unchoked(A, 0);
    Block first = requests(A).getFirst();
    brain.block(A, layout.block(first.piece(), 0), 1);
    brain.block(A, layout.block(first.piece(), 1), 1);
    taken();
    brain.verified(first.piece(), 2);
    assertThat(taken())
        .contains(new Action.SendHave(A, first.piece()), new Action.SendHave(poor, first.piece()))
        .doesNotContain(new Action.SendHave(B, first.piece()));
  }

  @Test
  void whilePausedNothingIsAskedAndWhatWasAskedIsTakenBack() {
    PeerBrain brain = leech(Extensions.NONE);
    brain.unchoked(A, 0);
    List<Block> asked = requests(A);
    brain.pause();
    assertThat(taken()).hasSize(asked.size()).allMatch(Action.SendCancel.class::isInstance);
    brain.unchoked(B, 1);
    brain.tick(SECOND);
    assertThat(requests(B)).isEmpty();
    brain.resume(2 * SECOND);
    assertThat(taken()).anyMatch(Action.SendRequest.class::isInstance);
  }

  @Test
  void whoSentTheWholeOfACorruptPieceIsBanned() {
    PeerBrain brain = leech(Extensions.NONE);
    brain.unchoked(A, 0);
    int piece = requests(A).getFirst().piece();
    brain.block(A, layout.block(piece, 0), 1);
    brain.block(A, layout.block(piece, 1), 1);
    taken();
    brain.failed(piece, new long[] {1, 2}, 2);
    assertThat(taken()).anyMatch(a -> a instanceof Action.Ban(var peer, var _) && peer.equals(A));
  }

  @Test
  void aPieceThatOneOfTwoLiedAboutIsAskedOfOneAlone() {
    PieceLayout broad = new PieceLayout(8 * Block.LENGTH, 8 * Block.LENGTH);
    PeerBrain brain =
        new PeerBrain(
            broad,
            Bitfield.empty(1),
            BrainConfig.DEFAULTS,
            new SplittableRandom(1),
            actions::add,
            log);
    for (PeerKey peer : List.of(A, B)) {
      brain.connected(peer, Extensions.NONE, 0);
      brain.bitfield(peer, Bitfield.full(1), 0);
      brain.unchoked(peer, 0);
    }
    for (Action action : taken()) {
      if (action instanceof Action.SendRequest(var peer, var block)) {
        brain.block(peer, block, 1);
      }
    }
    taken();
    brain.failed(0, new long[8], 2);
    assertThat(
            taken().stream()
                .filter(Action.SendRequest.class::isInstance)
                .map(a -> ((Action.SendRequest) a).peer())
                .distinct())
        .hasSize(1);
  }

  @Test
  void aLateEventOfAPeerThatLeftDoesNoHarm() {
    PeerBrain brain = leech(Extensions.NONE);
    brain.disconnected(A, 1);
    taken();
    brain.have(A, 1, 2);
    brain.unchoked(A, 2);
    brain.interested(A, 2);
    brain.requested(A, layout.block(0, 0));
    assertThat(brain.block(A, layout.block(0, 0), 2)).isInstanceOf(Receipt.Unrequested.class);
    assertThat(taken()).isEmpty();
  }

  @Test
  void theLastPieceMakesUsASeed() {
    Bitfield have = Bitfield.full(8);
    have.clear(5);
    PeerBrain brain = brain(have);
    brain.connected(A, Extensions.NONE, 0);
    brain.bitfield(A, Bitfield.full(8), 0);
    brain.unchoked(A, 0);
    brain.block(A, layout.block(5, 0), 1);
    brain.block(A, layout.block(5, 1), 1);
    taken();
    brain.verified(5, 2);
    assertThat(brain.complete()).isTrue();
    assertThat(taken()).contains(new Action.Complete(), new Action.SendNotInterested(A));
  }

  @Test
  void aClockThatJumpsForwardSnubsOnceAndTheNextBlockMendsIt() {
    PeerBrain brain = leech(Extensions.NONE);
    brain.unchoked(A, 0);
    List<Block> asked = requests(A);
    long later = 1_000_000_000L * SECOND;
    brain.tick(later);
    brain.tick(later + SECOND);
    assertThat(log.about(A).stream().filter(d -> d.rule().equals("snubbed"))).hasSize(1);
    assertThat(taken()).noneMatch(Action.Ban.class::isInstance);
    brain.block(A, asked.getFirst(), later + 2 * SECOND);
    brain.tick(later + 3 * SECOND);
    assertThat(brain.peers(later + 3 * SECOND).getFirst().snubbing()).isFalse();
  }

  @Test
  void aClockThatJumpsBackSnubsNobodyAndTheDownloadGoesOn() {
    PeerBrain brain = leech(Extensions.NONE);
    brain.unchoked(A, 1_000 * SECOND);
    List<Block> asked = requests(A);
    brain.tick(10 * SECOND);
    assertThat(brain.peers(10 * SECOND).getFirst().snubbing()).isFalse();
    for (Block block : asked) {
      assertThat(brain.block(A, block, 11 * SECOND)).isInstanceOf(Receipt.Wanted.class);
    }
    assertThat(requests(A)).isNotEmpty();
    assertThat(brain.peers(12 * SECOND).getFirst().givesUs()).isNotNegative();
    brain.tick(1_001 * SECOND);
    assertThat(brain.peers(1_001 * SECOND).getFirst().received())
        .isEqualTo(asked.size() * (long) Block.LENGTH);
  }

  @Test
  void aWriteErrorWithManyPeersIsNoStormOfRequests() {
    PeerBrain brain = leech(Extensions.NONE);
    brain.unchoked(A, 0);
    brain.unchoked(B, 0);
    taken();
    brain.pause();
    taken();
    for (int second = 1; second < 600; second++) {
      brain.tick(second * SECOND);
      brain.choked(A, second * SECOND);
      brain.unchoked(A, second * SECOND);
      brain.failed(second % 8, new long[0], second * SECOND);
    }
    assertThat(requests(A)).isEmpty();
  }

  private PeerBrain superSeed() {
    var config = BrainConfig.DEFAULTS.seedMode(BrainConfig.SeedMode.SUPER);
    return new PeerBrain(
        layout, Bitfield.full(8), config, new SplittableRandom(1), actions::add, log);
  }

  private Set<Integer> shown(PeerKey peer) {
    return taken().stream()
        .filter(a -> a instanceof Action.SendHave && ((ToPeer) a).peer().equals(peer))
        .map(a -> ((Action.SendHave) a).piece())
        .collect(Collectors.toSet());
  }

  @Test
  @Spec("BEP 16")
  void whatASuperSeedShowedToWhoLeavesIsShownToWhoStays() {
    PeerBrain brain = superSeed();
    brain.connected(A, Extensions.FAST, 0);
    brain.interested(A, 0);
    assertThat(shown(A)).hasSize(8);
    brain.connected(B, Extensions.FAST, SECOND);
    brain.interested(B, SECOND);
    assertThat(shown(B)).isEmpty();
    brain.have(A, 3, SECOND);
    brain.disconnected(A, 2 * SECOND);
    assertThat(shown(B)).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6, 7);
  }

  @Test
  @Spec("BEP 16")
  void aSuperSeedThatStandsIdleShowsEverythingThoughAPeerNeverTellsWhatItHas() {
    PeerBrain brain = superSeed();
    brain.connected(A, Extensions.FAST, 0);
    brain.interested(A, 0);
    brain.connected(B, Extensions.FAST, 0);
    taken();
    for (int second = 0; second < 5; second++) {
      brain.requested(A, layout.block(second, 0));
      brain.served(A, Block.LENGTH, second * SECOND);
      brain.tick(second * SECOND);
    }
    assertThat(shown(B)).as("while the uplink has something to do").isEmpty();
    brain.tick(6 * SECOND);
    assertThat(shown(B)).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6, 7);
    assertThat(log.about(B)).anyMatch(d -> d.detail().contains("nothing is left to show"));
  }
}
