package io.l7.bittorrent.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.l7.bittorrent.bound.SwarmGauge;
import io.l7.bittorrent.brain.BrainConfig;
import io.l7.bittorrent.brain.Extensions;
import io.l7.bittorrent.brain.PeerBrain;
import io.l7.bittorrent.swarm.Bitfield;
import io.l7.bittorrent.swarm.Block;
import io.l7.bittorrent.swarm.PeerKey;
import io.l7.bittorrent.swarm.PieceLayout;
import io.l7.bittorrent.swarm.PiecePriority;
import io.l7.bittorrent.wire.PeerId;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** What the meter reads from the messages of others, in virtual time; pieces of one block. */
class SwarmViewTest {
  private static final long SECOND = 1_000_000_000L;
  private static final int PIECES = 100;
  private static final PieceLayout LAYOUT =
      new PieceLayout((long) PIECES * Block.LENGTH, Block.LENGTH);

  private static We seed() {
    return new We(Bitfield.full(PIECES));
  }

  private static We having(int pieces) {
    return new We(first(pieces));
  }

  private static Bitfield first(int pieces) {
    var have = Bitfield.empty(PIECES);
    for (int p = 0; p < pieces; p++) {
      have.set(p);
    }
    return have;
  }

  /** One peer and what it hears. */
  private static final class We {
    private final PeerBrain brain;
    private final SwarmView view;
    private int serial;
    private long now;

    We(Bitfield have) {
      brain =
          new PeerBrain(
              LAYOUT,
              have,
              BrainConfig.DEFAULTS.seedMode(BrainConfig.SeedMode.PLAIN),
              new SplittableRandom(1),
              _ -> {},
              PeerBrain.UNLOGGED);
      view =
          SwarmView.of(
              LAYOUT,
              Collections.nCopies(PIECES, PiecePriority.NORMAL),
              have.count(),
              OptionalLong.empty(),
              OptionalLong.empty());
    }

    private PeerKey comes(int id, Bitfield pieces) {
      var key = PeerKey.of(++serial);
      view.met(key, PeerId.of("-XX0000-%012d".formatted(id).getBytes(StandardCharsets.US_ASCII)));
      brain.connected(key, Extensions.FAST, now);
      brain.bitfield(key, pieces, now);
      return key;
    }

    private void leaves(PeerKey key) {
      look();
      view.left(key);
      brain.disconnected(key, now);
    }

    private void tells(PeerKey key, int from, int to) {
      for (int piece = from; piece < to; piece++) {
        brain.have(key, piece, now);
      }
    }

    private void look() {
      now += SECOND;
      view.observe(brain, brain.peers(now), now);
    }

    private SwarmGauge.Reading reading() {
      look();
      return view.read(now).orElseThrow();
    }
  }

  @Test
  void aSeedCountsLeechersAndWhatTheyTell() {
    var we = seed();
    var a = we.comes(1, Bitfield.empty(PIECES));
    var b = we.comes(2, Bitfield.empty(PIECES));
    we.comes(3, Bitfield.full(PIECES));
    we.brain.interested(a, we.now);
    we.brain.interested(b, we.now);
    we.look();
    for (int p = 0; p < PIECES; p += 10) {
      we.tells(a, p, p + 10);
      we.tells(b, p, p + 5);
      we.look();
    }
    var reading = we.reading();
    assertThat(reading.leechers()).as("the other seed is none").isEqualTo(2);
    assertThat(reading.delivered()).isCloseTo(0.75, within(1e-9));
    assertThat(reading.seedBytesPerSecond())
        .isCloseTo(10.0 * Block.LENGTH, within(1.0 * Block.LENGTH));
    assertThat(reading.uplinkBytesPerSecond())
        .isCloseTo(15.0 * Block.LENGTH, within(1.5 * Block.LENGTH));
  }

  @Test
  void ofAPeerThatDoesNotTellOfWhatWeHaveItsShareOfTheRestStandsForAll() {
    var we = having(36); // 64 are missing
    var peer = we.comes(1, Bitfield.empty(PIECES));
    we.brain.interested(peer, 0);
    we.look();
    we.tells(peer, 36, 68); // half of the 64: half of all hundred, by estimate
    // 50 of the 164 that the two lacked.
    assertThat(we.reading().delivered()).isCloseTo(50 / 164.0, within(1e-9));
  }

  @Test
  void theShareOfFewMissingPiecesSaysNothing() {
    var we = having(PIECES - 31);
    var peer = we.comes(1, Bitfield.empty(PIECES));
    we.brain.interested(peer, 0);
    we.look();
    we.tells(peer, PIECES - 31, PIECES - 11);
    assertThat(we.reading().delivered()).isCloseTo(20 / 131.0, within(1e-9));
  }

  @Test
  void whoLosesInterestInAPeerThatHasEverythingHasEverythingToo() {
    var we = seed();
    var peer = we.comes(1, Bitfield.empty(PIECES));
    we.brain.interested(peer, we.now);
    we.look();
    we.tells(peer, 0, 40);
    assertThat(we.reading().delivered()).isCloseTo(0.4, within(1e-9));
    we.brain.notInterested(peer, we.now);
    assertThat(we.reading().delivered()).isEqualTo(1);
  }

  @Test
  void whoLeavesAndComesAgainIsCountedOnce() {
    var we = seed();
    var peer = we.comes(1, Bitfield.empty(PIECES));
    we.brain.interested(peer, we.now);
    we.look();
    for (int part = 1; part <= 4; part++) {
      we.tells(peer, 0, part * 20);
      we.leaves(peer);
      peer = we.comes(1, first(part * 20));
    }
    var reading = we.reading();
    assertThat(reading.leechers()).isEqualTo(1);
    assertThat(reading.delivered()).isCloseTo(0.8, within(1e-9));
  }

  @Test
  void whoSaysNothingIsNotCountedHoweverOftenItComes() {
    var we = seed();
    var peer = we.comes(1, Bitfield.empty(PIECES));
    we.brain.interested(peer, we.now);
    we.look();
    we.tells(peer, 0, 50);
    for (int id = 2; id < 7_000; id++) {
      we.leaves(we.comes(id, Bitfield.empty(PIECES)));
    }
    var reading = we.reading();
    assertThat(reading.leechers()).isEqualTo(1);
    assertThat(reading.delivered()).isCloseTo(0.5, within(1e-9));
  }

  @Test
  void whatAPeerBroughtWasNotDelivered() {
    var we = seed();
    var peer = we.comes(1, first(60));
    we.brain.interested(peer, we.now);
    we.look();
    we.tells(peer, 60, 70);
    assertThat(we.reading().delivered()).isCloseTo(10 / 40.0, within(1e-9));
  }
}
