package io.l7.bittorrent.pick;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.bittorrent.swarm.Block;
import org.junit.jupiter.api.Test;

class PipelineDepthTest {
  private static final long SECOND = 1_000_000_000L;

  private static PipelineDepth after(int seconds, int blocksPerSecond, double delay) {
    PipelineDepth depth = new PipelineDepth(PipelineDepth.Limits.DEFAULTS);
    depth.delay(delay);
    for (long i = 0; i < (long) seconds * blocksPerSecond; i++) {
      depth.arrived(Block.LENGTH, i * SECOND / blocksPerSecond);
    }
    return depth;
  }

  @Test
  void itFollowsRateTimesDelay() {
    assertThat(after(20, 20, 0.0).blocks(20 * SECOND)).isBetween(19, 23);
    assertThat(after(20, 20, 2.0).blocks(20 * SECOND)).isBetween(57, 63);
  }

  @Test
  void aSlowPeerStillHasAFewRequests() {
    assertThat(after(30, 1, 0.05).blocks(30 * SECOND)).isEqualTo(4);
  }

  @Test
  void aFastPeerReachesTheMostWithinTheFirstBlocks() {
    assertThat(after(1, 30_000, 0.0).blocks(SECOND)).isEqualTo(500);
  }
}
