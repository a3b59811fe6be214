package io.l7.bittorrent;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.bittorrent.bound.Capacity;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real swarm in real time: short, so that it can run with every build. */
class SwarmTest {
  @TempDir Path folder;

  @Test
  void twelvePeersWithLimitedUplinksAllFinishFarFasterThanTheSeedAloneCould() throws Exception {
    Capacity swarm =
        new Capacity(
            8 * 8e6,
            8e6,
            Collections.nCopies(12, new Capacity.Links(8e6, Double.POSITIVE_INFINITY)));
    RealSwarm.Result result =
        RealSwarm.run(folder, 8_000_000, 64 * 1024, swarm, Duration.ofSeconds(55));
    // The bound is 8 s; the seed alone would take 96 s.
    assertThat(result.bound().seconds()).isEqualTo(8.0);
    assertThat(result.lastSeconds()).isBetween(7.8, 40.0);
    assertThat(result.wasted()).isLessThan(result.received() / 20);
  }
}
