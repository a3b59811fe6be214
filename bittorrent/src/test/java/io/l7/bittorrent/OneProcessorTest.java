package io.l7.bittorrent;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.bittorrent.bound.Capacity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nobody waits for a thread that waits for the only processor: a swarm in a JVM that has one. */
class OneProcessorTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @TempDir Path folder;

  @Test
  void aSwarmFinishesOnOneProcessor() throws Exception {
    var said = folder.resolve("said").toFile();
    var process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:ActiveProcessorCount=1",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                Swarm.class.getName(),
                folder.resolve("swarm").toString())
            .redirectErrorStream(true)
            .redirectOutput(said)
            .start();
    try {
      boolean ended = process.waitFor(2 * PATIENCE.toSeconds(), TimeUnit.SECONDS);
      var text = Files.readString(said.toPath());
      assertThat(ended).as(text).isTrue();
      assertThat(process.exitValue()).as(text).isZero();
      assertThat(text).contains("finished on 1 processor");
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  /** The program that runs there. */
  static final class Swarm {
    private Swarm() {}

    public static void main(String[] args) throws Exception {
      var folder = Files.createDirectories(Path.of(args[0]));
      var links = Collections.nCopies(5, new Capacity.Links(8e6, Double.POSITIVE_INFINITY));
      int bytes = 1 << 20;
      var swarm = new Capacity(bytes * 8.0, 8e6, links);
      var result = RealSwarm.run(folder, bytes, 32 << 10, swarm, PATIENCE);
      if (result.lastSeconds() > PATIENCE.toSeconds()) {
        throw new IllegalStateException("not finished");
      }
      System.out.printf("finished on %d processor%n", Runtime.getRuntime().availableProcessors());
    }
  }
}
