package io.l7.bittorrent.swarm;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.bittorrent.swarm.Decision.Topic;
import org.junit.jupiter.api.Test;

class DecisionLogTest {
  private static Decision decision(int at, int peer) {
    return new Decision(at, PeerKey.of(peer), Topic.CHOKE, "rule" + at, "");
  }

  @Test
  void theOldestDecisionsOfAPeerMakeRoom() {
    DecisionLog log = new DecisionLog(2, 10);
    for (int i = 0; i < 5; i++) {
      log.accept(decision(i, 1));
    }
    assertThat(log.about(PeerKey.of(1)))
        .extracting(Decision::rule)
        .containsExactly("rule3", "rule4");
  }

  @Test
  void theMemoryIsBoundedByPeers() {
    DecisionLog log = new DecisionLog(2, 3);
    for (int i = 0; i < 100; i++) {
      log.accept(decision(i, i));
    }
    assertThat(log.all()).extracting(Decision::nanos).containsExactly(97L, 98L, 99L);
  }
}
