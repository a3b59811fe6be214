package io.l7.bittorrent.pick;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.bittorrent.swarm.PeerKey;
import java.util.List;
import org.junit.jupiter.api.Test;

class SmartBanTest {
  private static final PeerKey GOOD = PeerKey.of(1);
  private static final PeerKey BAD = PeerKey.of(2);

  private final SmartBan ban = new SmartBan(100);

  @Test
  void theSenderOfTheBlockThatDifferedIsBannedOnceThePiecePasses() {
    assertThat(ban.failed(3, List.of(GOOD, BAD, GOOD), new long[] {1, 666, 3})).isEmpty();
    assertThat(ban.suspects(3)).isTrue();
    assertThat(ban.passed(3, new long[] {1, 2, 3})).containsExactly(BAD);
    assertThat(ban.suspects(3)).isFalse();
  }

  @Test
  void whoSentAllOfACorruptPieceIsBannedAtOnce() {
    assertThat(ban.failed(3, List.of(BAD, BAD), new long[] {1, 666})).containsExactly(BAD);
  }

  @Test
  void evidenceOfSeveralFailuresAddsUp() {
    PeerKey other = PeerKey.of(3);
    ban.failed(3, List.of(GOOD, BAD), new long[] {1, 666});
    ban.failed(3, List.of(other, GOOD), new long[] {777, 2});
    assertThat(ban.passed(3, new long[] {1, 2})).containsExactlyInAnyOrder(BAD, other);
  }

  @Test
  void aFaultOfOurOwnDiskBlamesNobody() {
    assertThat(ban.failed(3, List.of(GOOD, GOOD), new long[0])).isEmpty();
    assertThat(ban.suspects(3)).isFalse();
  }

  @Test
  void theEvidenceIsBounded() {
    SmartBan small = new SmartBan(2);
    small.failed(1, List.of(GOOD, BAD), new long[] {1, 666});
    small.failed(2, List.of(GOOD, BAD), new long[] {1, 666});
    assertThat(small.passed(2, new long[] {1, 2})).isEmpty();
    assertThat(small.passed(1, new long[] {1, 2})).containsExactly(BAD);
  }
}
