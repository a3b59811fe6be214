package io.l7.bittorrent.choke;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.bittorrent.choke.SuperSeed.Fetching;
import io.l7.bittorrent.swarm.PeerKey;
import io.l7.common.spec.Spec;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

@Spec("BEP 16")
class SuperSeedTest {
  private static final PeerKey A = PeerKey.of(1);
  private static final PeerKey B = PeerKey.of(2);
  private static final PeerKey C = PeerKey.of(3);

  private final SuperSeed seed = new SuperSeed(20, 2, 4, new SplittableRandom(5));

  @Test
  void noPieceIsShownToTwoUnchokedPeers() {
    Set<Integer> shown = new HashSet<>();
    for (PeerKey peer : List.of(A, B, C)) {
      for (OptionalInt piece = seed.show(peer, Fetching.UNCHOKED);
          piece.isPresent();
          piece = seed.show(peer, Fetching.UNCHOKED)) {
        assertThat(shown.add(piece.getAsInt())).isTrue();
      }
    }
    assertThat(shown).as("a window of two for each of three").hasSize(6);
  }

  @Test
  void theNextPieceIsShownWhenOneArrived() {
    int first = seed.show(A, Fetching.UNCHOKED).orElseThrow();
    seed.show(A, Fetching.UNCHOKED).orElseThrow();
    assertThat(seed.show(A, Fetching.UNCHOKED)).isEmpty();
    seed.seen(A, first);
    assertThat(seed.show(A, Fetching.UNCHOKED)).isPresent();
  }

  @Test
  void whoPassesNothingOnIsSoonShownNothing() {
    seed.show(B, Fetching.CHOKED);
    int got = 0;
    for (OptionalInt piece = seed.show(A, Fetching.UNCHOKED);
        piece.isPresent();
        piece = seed.show(A, Fetching.UNCHOKED)) {
      seed.seen(A, piece.getAsInt());
      got++;
    }
    assertThat(got).isEqualTo(4);
  }

  @Test
  void whoPassesAPieceOnIsShownAnother() {
    seed.show(B, Fetching.CHOKED);
    int last = -1;
    for (OptionalInt piece = seed.show(A, Fetching.UNCHOKED);
        piece.isPresent();
        piece = seed.show(A, Fetching.UNCHOKED)) {
      last = piece.getAsInt();
      seed.seen(A, last);
    }
    seed.seen(B, last);
    assertThat(seed.show(A, Fetching.UNCHOKED)).isPresent();
  }

  @Test
  void whatAPeerDidNotFetchBeforeItLeftIsShownToAnother() {
    int first = seed.show(A, Fetching.UNCHOKED).orElseThrow();
    seed.gone(A, List.of());
    assertThat(seed.show(B, Fetching.UNCHOKED)).hasValue(first);
  }

  @Test
  void aPieceWhoseOnlyHolderLeftIsShownAgain() {
    for (int piece = 0; piece < 20; piece++) {
      seed.seen(A, piece);
    }
    assertThat(seed.done()).isTrue();
    seed.gone(A, List.of(7));
    assertThat(seed.done()).isFalse();
    assertThat(seed.show(B, Fetching.UNCHOKED)).hasValue(7);
  }

  @Test
  void itIsOverWhenEveryPieceWasSeenSomewhere() {
    for (int piece = 0; piece < 20; piece++) {
      assertThat(seed.done()).isFalse();
      seed.seen(piece % 2 == 0 ? A : B, piece);
    }
    assertThat(seed.done()).isTrue();
  }
}
