package io.l7.bittorrent.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.bittorrent.metainfo.InfoHash;
import io.l7.bittorrent.metainfo.MetainfoLimits;
import io.l7.bittorrent.wire.ExtensionHandshake;
import io.l7.bittorrent.wire.MetadataMessage;
import io.l7.bittorrent.wire.WireViolation;
import io.l7.common.spec.Spec;
import io.l7.common.testkit.Seeded;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who is asked for the metadata, and what a liar can spoil. */
@Spec("BEP 9")
class MetadataTradeTest {
  private static final long SECOND = Duration.ofSeconds(1).toNanos();
  private static final int LENGTH = 40 * MetadataMessage.BLOCK + 100;

  private final byte[] info = new byte[LENGTH];
  private MetadataTrade trade;

  /** A peer, and what it was told. */
  private static final class Told implements MetadataTrade.Teller {
    final ArrayDeque<MetadataMessage> messages = new ArrayDeque<>();

    @Override
    public void say(MetadataMessage message) {
      messages.add(message);
    }
  }

  @BeforeEach
  void begin() {
    Seeded.random("metadata").nextBytes(info);
    trade = new MetadataTrade(InfoHash.ofInfo(info), Optional.empty(), MetainfoLimits.DEFAULT);
  }

  private Told introduced(long size, long now) {
    var peer = new Told();
    introduced(peer, size, now);
    return peer;
  }

  private void introduced(Told peer, long size, long now) {
    var handshake =
        new ExtensionHandshake(
            Map.of(ExtensionHandshake.UT_METADATA, 3),
            Optional.of(size),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            ExtensionHandshake.Interest.WANTS_DATA);
    trade.introduced(peer, handshake, now);
  }

  /** Answers all requests out of {@code source}; the dictionary, if that made it whole. */
  private Optional<byte[]> answers(Told peer, byte[] source, long now) throws Exception {
    Optional<byte[]> whole = Optional.empty();
    while (!peer.messages.isEmpty()) {
      int block = ((MetadataMessage.Request) peer.messages.remove()).block();
      int from = block * MetadataMessage.BLOCK;
      int to = Math.min(source.length, from + MetadataMessage.BLOCK);
      var data =
          new MetadataMessage.Data(block, source.length, Arrays.copyOfRange(source, from, to));
      whole = trade.heard(peer, data, Optional.empty(), now);
    }
    return whole;
  }

  @Test
  void aPeerThatHasItGivesItBlockByBlock() throws Exception {
    var peer = introduced(LENGTH, 0);
    assertThat(peer.messages).hasSize(16);
    assertThat(answers(peer, info, 0)).hasValueSatisfying(b -> assertThat(b).isEqualTo(info));
  }

  @Test
  void whoLiesAboutTheSizeAndSaysNoMoreKeepsNobodyElseFromTelling() throws Exception {
    var liar = introduced(29_999_999, 0);
    assertThat(liar.messages).hasSize(16);
    assertThat(answers(introduced(LENGTH, 0), info, 0)).isPresent();
  }

  @Test
  void aCrowdOfSilentLiarsIsGivenUpAndTheNextInLineIsAsked() throws Exception {
    for (int i = 0; i < 20; i++) {
      introduced(LENGTH, 0);
    }
    var honest = introduced(LENGTH, 0);
    long now = 0;
    while (honest.messages.isEmpty()) {
      now += SECOND;
      assertThat(now).isLessThan(60 * SECOND);
      trade.tick(now);
    }
    assertThat(answers(honest, info, now)).isPresent();
  }

  @Test
  void aFalseBlockIsItsTellersFaultAloneAndItsTaleIsNotHeardAgain() throws Exception {
    var liar = introduced(LENGTH, 0);
    var honest = introduced(LENGTH, 0);
    var lie = info.clone();
    lie[5] ^= 1;
    assertThatThrownBy(() -> answers(liar, lie, 0)).isInstanceOf(WireViolation.class);
    introduced(liar, LENGTH, 0);
    assertThat(liar.messages).isEmpty();
    assertThat(answers(honest, info, 0)).isPresent();
  }

  @Test
  void whoRefusesOrGoesMakesRoomForTheNext() throws Exception {
    var first = new Told[4];
    Arrays.setAll(first, _ -> introduced(LENGTH, 0));
    var fifth = introduced(LENGTH, 0);
    var sixth = introduced(LENGTH, 0);
    assertThat(fifth.messages).isEmpty();
    trade.heard(first[0], new MetadataMessage.Reject(0), Optional.empty(), 0);
    assertThat(fifth.messages).isNotEmpty();
    assertThat(sixth.messages).isEmpty();
    trade.gone(first[1], 0);
    assertThat(answers(sixth, info, 0)).isPresent();
  }

  @Test
  void aSecondHandshakeAsksForNothingMore() {
    var peer = introduced(LENGTH, 0);
    for (int i = 0; i < 1_000; i++) {
      introduced(peer, LENGTH - i, 0);
    }
    assertThat(peer.messages).hasSize(16);
  }

  @Test
  void aSlowPeerThatIsAskedAgainIsAskedOnlyForWhatIsMissing() throws Exception {
    var slow = introduced(LENGTH, 0);
    var request = (MetadataMessage.Request) slow.messages.remove();
    var block = Arrays.copyOf(info, MetadataMessage.BLOCK);
    trade.heard(
        slow, new MetadataMessage.Data(request.block(), LENGTH, block), Optional.empty(), 0);
    for (int i = 0; i < 4; i++) {
      introduced(LENGTH, 0);
    }
    slow.messages.clear();
    for (long now = SECOND; slow.messages.isEmpty(); now += SECOND) {
      assertThat(now).isLessThan(60 * SECOND);
      trade.tick(now);
    }
    assertThat(slow.messages).doesNotContain(request);
    assertThat(answers(slow, info, 0)).isPresent();
  }
}
