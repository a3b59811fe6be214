package io.l7.bittorrent.pick;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.bittorrent.swarm.Bitfield;
import io.l7.bittorrent.swarm.Block;
import io.l7.bittorrent.swarm.PeerKey;
import io.l7.bittorrent.swarm.PieceLayout;
import io.l7.bittorrent.swarm.PiecePriority;
import io.l7.common.spec.Spec;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PiecePickerTest {
  private static final PeerKey A = PeerKey.of(1);
  private static final PeerKey B = PeerKey.of(2);
  private static final PeerKey C = PeerKey.of(3);

  /** Ten pieces of four blocks; the last has two, the second of them short. */
  private final PieceLayout layout =
      new PieceLayout(9 * 4 * Block.LENGTH + Block.LENGTH + 100, 4 * Block.LENGTH);

  private final Bitfield all = Bitfield.full(10);

  private PiecePicker picker(PickLimits limits) {
    return new PiecePicker(layout, Bitfield.empty(10), limits, new SplittableRandom(1));
  }

  private PiecePicker rarest() {
    return picker(new PickLimits(0, 2, 4));
  }

  private static Set<Integer> pieces(List<Pick> picks) {
    return picks.stream().map(pick -> pick.block().piece()).collect(Collectors.toSet());
  }

  private static void finish(PiecePicker picker, PeerKey peer, int piece, PieceLayout layout) {
    for (int i = 0; i < layout.blocks(piece); i++) {
      picker.received(peer, layout.block(piece, i));
    }
    picker.verified(piece);
  }

  @Test
  @Spec("BEP 3")
  void theRarestPieceIsTakenFirst() {
    PiecePicker picker = rarest();
    picker.available(all);
    for (int piece = 0; piece < 10; piece++) {
      if (piece != 6) {
        picker.available(piece);
      }
    }
    List<Pick> picks = picker.pick(A, all, 1, Expectation.NONE);
    assertThat(picks.getFirst().block().piece()).isEqualTo(6);
    assertThat(picks.getFirst().reason()).isEqualTo(PickReason.RAREST_FIRST);
    assertThat(picks.getFirst().availability()).isEqualTo(1);
  }

  /** Piece 6, half of it from each of two, corrupt; it is the only one that anybody has. */
  private PiecePicker suspicious(Bitfield six) {
    PiecePicker picker = rarest();
    picker.available(six);
    picker.available(six);
    for (int i = 0; i < 4; i++) {
      PeerKey peer = i < 2 ? A : B;
      Block block = picker.pick(peer, six, 1, Expectation.NONE).getFirst().block();
      picker.received(peer, block);
    }
    picker.failed(6);
    picker.suspect(6);
    return picker;
  }

  @Test
  void aPieceThatSomebodyLiedAboutIsFetchedFromOneAlone() {
    Bitfield six = Bitfield.empty(10);
    six.set(6);
    PiecePicker picker = suspicious(six);
    assertThat(picker.pick(B, six, 2, Expectation.NONE)).hasSize(2);
    assertThat(picker.pick(A, six, 4, Expectation.NONE)).isEmpty();
    assertThat(picker.pick(B, six, 4, Expectation.NONE)).hasSize(2);
    assertThat(picker.pick(A, six, 4, Expectation.NONE)).as("not in the endgame").isEmpty();
    for (int i = 0; i < 4; i++) {
      picker.received(B, layout.block(6, i));
    }
    assertThat(picker.senders(6)).containsOnly(B);
    picker.verified(6);
    picker.failed(6); // lost on disk, long after
    assertThat(picker.pick(A, six, 2, Expectation.NONE)).hasSize(2);
    assertThat(picker.pick(B, six, 2, Expectation.NONE)).as("above suspicion").hasSize(2);
  }

  @Test
  void whoWasToBringASuspectPieceAloneAndDoesNotHoldsItUpForNobody() {
    Bitfield six = Bitfield.empty(10);
    six.set(6);
    List<Consumer<PiecePicker>> endings =
        List.of(
            picker -> picker.released(B),
            picker -> picker.choked(B),
            picker -> picker.loosen(B),
            picker -> picker.withdraw(B),
            picker -> picker.rejected(B, layout.block(6, 1)));
    for (var ending : endings) {
      PiecePicker picker = suspicious(six);
      assertThat(picker.pick(B, six, 2, Expectation.NONE)).hasSize(2);
      picker.received(B, layout.block(6, 0));
      ending.accept(picker);
      assertThat(picker.pick(A, six, 4, Expectation.NONE)).hasSizeBetween(2, 3);
    }
  }

  @Test
  void blocksFoundOnDiskAreNotAskedForAndTheirPieceComesFirst() {
    PiecePicker picker = rarest();
    Bitfield found = Bitfield.empty(4);
    found.set(1);
    found.set(2);
    picker.stored(5, found);
    picker.available(all);
    List<Pick> picks = picker.pick(A, all, 2, Expectation.NONE);
    assertThat(picks)
        .extracting(Pick::block)
        .containsExactly(layout.block(5, 0), layout.block(5, 3));
    picker.received(A, layout.block(5, 0));
    assertThat(picker.received(A, layout.block(5, 3)))
        .isEqualTo(new Receipt.Wanted(true, List.of()));
    assertThat(picker.senders(5)).containsExactly(A, PeerKey.DISK, PeerKey.DISK, A);
    picker.failed(5);
    assertThat(pieces(picker.pick(A, all, 40, Expectation.NONE))).as("all of it").contains(5);
    assertThat(picker.wantedMissing()).isEqualTo(10);
  }

  @Test
  @Spec("BEP 3")
  void aBegunPieceIsFinishedBeforeAnotherIsBegun() {
    PiecePicker picker = rarest();
    picker.available(all);
    int begun = picker.pick(A, all, 1, Expectation.NONE).getFirst().block().piece();
    List<Pick> more = picker.pick(B, all, layout.blocks(begun) - 1, Expectation.NONE);
    assertThat(pieces(more)).containsExactly(begun);
    assertThat(more).allMatch(pick -> pick.reason() == PickReason.STRICT_PRIORITY);
  }

  @Test
  @Spec("BEP 3")
  void theFirstPieceIsPickedAtRandomHoweverCommon() {
    Set<Integer> firsts = new HashSet<>();
    for (int seed = 0; seed < 60; seed++) {
      PiecePicker picker =
          new PiecePicker(
              layout, Bitfield.empty(10), PickLimits.DEFAULTS, new SplittableRandom(seed));
      picker.available(all);
      for (int piece = 1; piece < 10; piece++) {
        picker.available(piece);
      }
      Pick pick = picker.pick(A, all, 1, Expectation.NONE).getFirst();
      assertThat(pick.reason()).isEqualTo(PickReason.RANDOM_FIRST);
      firsts.add(pick.block().piece());
    }
    assertThat(firsts.size()).isGreaterThan(7);
  }

  @Test
  void noBlockIsAskedTwiceBeforeTheEndgame() {
    PiecePicker picker = rarest();
    picker.available(all);
    Set<Block> asked = new HashSet<>();
    for (PeerKey peer : List.of(A, B, C)) {
      for (Pick pick : picker.pick(peer, all, 12, Expectation.NONE)) {
        assertThat(asked.add(pick.block())).isTrue();
      }
    }
    assertThat(asked).hasSize(36);
  }

  @Test
  void onlyWhatThePeerHasIsAskedOfIt() {
    PiecePicker picker = rarest();
    Bitfield few = Bitfield.empty(10);
    few.set(3);
    few.set(9);
    picker.available(few);
    assertThat(pieces(picker.pick(A, few, 100, Expectation.NONE))).containsExactlyInAnyOrder(3, 9);
  }

  @Test
  @Spec("BEP 3")
  void inTheEndgameLateBlocksAreAskedOfASecondPeerAndCancelledAtTheFirst() {
    PiecePicker picker = rarest();
    picker.available(all);
    int total = (int) layout.totalBlocks();
    assertThat(picker.pick(A, all, 1000, Expectation.NONE)).hasSize(total);
    List<Pick> again = picker.pick(B, all, 1000, Expectation.NONE);
    assertThat(again).hasSize(4).allMatch(pick -> pick.reason() == PickReason.ENDGAME);
    Receipt receipt = picker.received(B, again.getFirst().block());
    assertThat(receipt).isEqualTo(new Receipt.Wanted(false, List.of(A)));
    assertThat(picker.received(A, again.getFirst().block()))
        .as("the cancel crossed it: nobody's fault")
        .isInstanceOf(Receipt.Duplicate.class);
    assertThat(picker.received(A, again.getFirst().block()))
        .isInstanceOf(Receipt.Unrequested.class);
  }

  @Test
  void aBlockIsNeverAskedOfMorePeersThanTheLimitAllows() {
    PiecePicker picker = rarest();
    picker.available(all);
    picker.pick(A, all, 1000, Expectation.NONE);
    Set<Block> second = new HashSet<>();
    for (int peer = 10; peer < 40; peer++) {
      for (Pick pick : picker.pick(PeerKey.of(peer), all, 1000, Expectation.NONE)) {
        assertThat(second.add(pick.block())).isTrue();
      }
    }
  }

  @Test
  void whatAPeerWasAskedIsFreeAgainWhenItLeaves() {
    PiecePicker picker = rarest();
    picker.available(all);
    picker.pick(A, all, 1000, Expectation.NONE);
    assertThat(picker.released(A)).isEqualTo((int) layout.totalBlocks());
    assertThat(picker.pick(B, all, 1000, Expectation.NONE)).hasSize((int) layout.totalBlocks());
  }

  @Test
  void aSnubbingPeersBlocksAreAskedOfOthersButStillCountIfTheyCome() {
    PiecePicker picker = rarest();
    picker.available(all);
    Block late = picker.pick(A, all, 1, Expectation.NONE).getFirst().block();
    picker.loosen(A);
    Set<Block> others =
        picker.pick(B, all, 1000, Expectation.NONE).stream()
            .map(Pick::block)
            .collect(Collectors.toSet());
    assertThat(others).contains(late);
    assertThat(picker.received(A, late)).isEqualTo(new Receipt.Wanted(false, List.of(B)));
  }

  @Test
  void skippedPiecesAreNotAskedForAndHighOnesComeFirst() {
    PiecePicker picker = rarest();
    picker.available(all);
    picker.prioritise(4, PiecePriority.HIGH);
    picker.prioritise(5, PiecePriority.SKIP);
    picker.prioritise(0, PiecePriority.LOW);
    assertThat(picker.wantedMissing()).isEqualTo(9);
    List<Pick> picks = picker.pick(A, all, 1000, Expectation.NONE);
    assertThat(picks.getFirst().block().piece()).isEqualTo(4);
    assertThat(picks.getLast().block().piece()).isZero();
    assertThat(pieces(picks)).doesNotContain(5);
  }

  @Test
  void aFailedPieceIsMissingAgainAndItsSendersAreKnownUntilThen() {
    PiecePicker picker = rarest();
    Bitfield one = Bitfield.empty(10);
    one.set(2);
    picker.available(one);
    picker.pick(A, one, 2, Expectation.NONE);
    picker.pick(B, one, 2, Expectation.NONE);
    picker.received(A, layout.block(2, 0));
    picker.received(A, layout.block(2, 1));
    picker.received(B, layout.block(2, 2));
    assertThat(picker.received(B, layout.block(2, 3)))
        .isEqualTo(new Receipt.Wanted(true, List.of()));
    assertThat(picker.senders(2)).containsExactly(A, A, B, B);
    picker.failed(2);
    assertThat(picker.senders(2)).isEmpty();
    assertThat(picker.pick(C, one, 10, Expectation.NONE)).hasSize(4);
  }

  @Test
  void aBlockNobodyAskedForIsNotWanted() {
    PiecePicker picker = rarest();
    picker.available(all);
    assertThat(picker.received(A, layout.block(0, 0))).isInstanceOf(Receipt.Unrequested.class);
    assertThat(picker.received(A, new Block(0, 5, 10))).isInstanceOf(Receipt.Unrequested.class);
  }

  @Test
  void everyBlockArrivesExactlyOnceUnderRandomLosses() {
    for (int seed = 0; seed < 30; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      PiecePicker picker = new PiecePicker(layout, Bitfield.empty(10), PickLimits.DEFAULTS, random);
      picker.available(all);
      picker.available(all);
      picker.available(all);
      int wanted = 0;
      for (int step = 0; step < 100_000 && picker.wantedMissing() > 0; step++) {
        PeerKey peer = List.of(A, B, C).get(random.nextInt(3));
        picker.pick(peer, all, random.nextInt(6), Expectation.NONE);
        List<Block> asked = List.copyOf(picker.outstanding(peer));
        switch (random.nextInt(10)) {
          case 0 -> picker.released(peer);
          case 1 -> picker.loosen(peer);
          case 2 -> asked.stream().findFirst().ifPresent(block -> picker.rejected(peer, block));
          default -> {
            if (!asked.isEmpty()) {
              Block block = asked.get(random.nextInt(asked.size()));
              if (picker.received(peer, block) instanceof Receipt.Wanted(boolean complete, var _)) {
                wanted++;
                if (complete && random.nextInt(8) == 0) {
                  wanted -= layout.blocks(block.piece());
                  picker.failed(block.piece());
                } else if (complete) {
                  picker.verified(block.piece());
                }
              }
            }
          }
        }
      }
      assertThat(picker.wantedMissing()).as("seed %d", seed).isZero();
      assertThat(wanted).as("seed %d", seed).isEqualTo((int) layout.totalBlocks());
    }
  }

  @Test
  void aFinishedDownloadAsksForNothing() {
    PiecePicker picker = rarest();
    picker.available(all);
    picker.pick(A, all, 1000, Expectation.NONE);
    for (int piece = 0; piece < 10; piece++) {
      finish(picker, A, piece, layout);
    }
    assertThat(picker.have().isFull()).isTrue();
    assertThat(picker.pick(B, all, 10, Expectation.NONE)).isEmpty();
  }
}
