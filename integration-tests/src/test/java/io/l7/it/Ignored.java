package io.l7.it;

import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Signals that cannot be tried where this runs: who ignores one, as SIGHUP under {@code nohup} and
 * SIGINT in the background of a script, hands that on, and the JVM leaves it so.
 */
public enum Ignored {
  HUP(1),
  INT(2);

  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String LINE = "SigIgn:";

  private final long bit;

  Ignored(int number) {
    this.bit = 1L << (number - 1);
  }

  /** Leaves a test out that sends the signal. */
  public void leavesOut() throws IOException {
    assumeFalse(isIgnored(), "SIG" + name() + " is ignored here, as under nohup or by a script");
  }

  private boolean isIgnored() throws IOException {
    if (!Files.isReadable(STATUS)) return false;
    try (var lines = Files.lines(STATUS)) {
      return lines
          .filter(line -> line.startsWith(LINE))
          .mapToLong(line -> Long.parseUnsignedLong(line.substring(LINE.length()).strip(), 16))
          .anyMatch(signals -> (signals & bit) != 0);
    }
  }
}
