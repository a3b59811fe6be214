package io.l7.bittorrent.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.bittorrent.brain.Action;
import io.l7.bittorrent.brain.BrainConfig;
import io.l7.bittorrent.brain.Extensions;
import io.l7.bittorrent.brain.PeerBrain;
import io.l7.bittorrent.peer.Turnover.Guest;
import io.l7.bittorrent.peer.Turnover.Use;
import io.l7.bittorrent.swarm.Bitfield;
import io.l7.bittorrent.swarm.Block;
import io.l7.bittorrent.swarm.PeerKey;
import io.l7.bittorrent.swarm.PieceLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Who gives way, in virtual time: a brain says of each peer what the wire would have told it. */
class TurnoverTest {
  private static final long SECOND = 1_000_000_000L;
  private static final PeerKey A = PeerKey.of(1);

  private final List<Action> actions = new ArrayList<>();
  private final PieceLayout layout = new PieceLayout(8 * Block.LENGTH, Block.LENGTH);

  private PeerBrain brain(Bitfield have) {
    var brain =
        new PeerBrain(
            layout,
            have,
            BrainConfig.DEFAULTS,
            new SplittableRandom(1),
            actions::add,
            PeerBrain.UNLOGGED);
    brain.connected(A, Extensions.NONE, 0);
    return brain;
  }

  private static Use use(PeerBrain brain, double seconds) {
    long now = Math.round(seconds * SECOND);
    brain.tick(now);
    return Use.of(brain.peers(now).getFirst());
  }

  @Test
  void whoNeitherWantsNorHasAnythingIsOfNoUseFromTheStart() {
    assertThat(use(brain(Bitfield.full(8)), 0.1)).isEqualTo(Use.NONE);
    var leech = brain(Bitfield.empty(8));
    leech.bitfield(A, Bitfield.empty(8), 0);
    assertThat(use(leech, 0.1)).isEqualTo(Use.NONE);
  }

  @Test
  void whoSaysItIsInterestedHasTimeToAskAndIsIdleWhenItDoesNot() {
    var seed = brain(Bitfield.full(8));
    seed.interested(A, 0);
    assertThat(use(seed, 9)).isEqualTo(Use.KEPT);
    assertThat(use(seed, 11)).isEqualTo(Use.IDLE);
    seed.notInterested(A, 12 * SECOND);
    seed.interested(A, 12 * SECOND);
    assertThat(use(seed, 12.5)).as("words alone change nothing").isEqualTo(Use.IDLE);
    seed.requested(A, layout.block(0, 0));
    assertThat(use(seed, 13)).isEqualTo(Use.KEPT);
  }

  @Test
  void whoIsServedStaysHoweverSlowly() {
    var seed = brain(Bitfield.full(8));
    seed.interested(A, 0);
    seed.tick(SECOND);
    seed.requested(A, layout.block(0, 0));
    assertThat(use(seed, 300)).isEqualTo(Use.KEPT);
    seed.served(A, Block.LENGTH, 301 * SECOND);
    assertThat(use(seed, 302)).isEqualTo(Use.KEPT);
  }

  @Test
  void whoHasWhatWeLackAndChokesUsIsWaitedForARound() {
    var leech = brain(Bitfield.empty(8));
    leech.bitfield(A, Bitfield.full(8), 0);
    assertThat(use(leech, 9)).isEqualTo(Use.KEPT);
    assertThat(use(leech, 11)).isEqualTo(Use.WAITING);
    leech.unchoked(A, 12 * SECOND);
    var asked = new ArrayList<Block>();
    for (var action : actions) {
      if (action instanceof Action.SendRequest(var _, var block)) {
        asked.add(block);
      }
    }
    assertThat(use(leech, 13)).as("it was asked").isEqualTo(Use.KEPT);
    assertThat(use(leech, 73)).as("it snubs us").isEqualTo(Use.IDLE);
    leech.block(A, asked.getFirst(), 74 * SECOND);
    assertThat(use(leech, 75)).isEqualTo(Use.KEPT);
  }

  @Test
  void beforeTheTorrentIsKnownWhoCanTellOfItIsOfUse() {
    assertThat(Use.whileUnknown(false, 1)).isEqualTo(Use.NONE);
    assertThat(Use.whileUnknown(true, 1)).isEqualTo(Use.KEPT);
    assertThat(Use.whileUnknown(true, 11)).isEqualTo(Use.WAITING);
  }

  private static Guest<String> guest(String name, Use use, boolean traded, double quiet) {
    return new Guest<>(name, use, traded, quiet);
  }

  private static String first(List<Guest<String>> guests) {
    return Turnover.first(guests).map(Guest::connection).orElse("nobody");
  }

  @Test
  void theLeastUsefulGoesFirstThenTheStrangerThenTheLongestQuiet() {
    assertThat(
            first(
                List.of(
                    guest("waiting", Use.WAITING, false, 100),
                    guest("idle", Use.IDLE, false, 10),
                    guest("none", Use.NONE, false, 0.1))))
        .isEqualTo("none");
    assertThat(
            first(
                List.of(
                    guest("traded", Use.WAITING, true, 100),
                    guest("stranger", Use.WAITING, false, 11))))
        .isEqualTo("stranger");
    assertThat(
            first(
                List.of(
                    guest("later", Use.WAITING, false, 12),
                    guest("longest", Use.WAITING, false, 13),
                    guest("kept", Use.KEPT, false, 100))))
        .isEqualTo("longest");
  }

  @Test
  void nobodyGoesWhoIsOfUse() {
    assertThat(first(List.of(guest("kept", Use.KEPT, false, 1)))).isEqualTo("nobody");
    assertThat(first(List.of())).isEqualTo("nobody");
  }
}
