package io.l7.dash.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import org.junit.jupiter.api.function.Executable;

/**
 * Bounds of what hostile input may cost: processor time and memory of the thread that reads it,
 * after a first reading has loaded the classes. The best of a few readings counts, for a busy
 * machine stretches single ones.
 */
public record Budget(Duration cpu, long bytes) {
  /** Of every row in the table of attacks. */
  public static final Budget ATTACK = new Budget(Duration.ofMillis(200), 32L << 20);

  private static final int READINGS = 3;

  /** A loop that never ends is ended here. */
  private static final Duration FOREVER = Duration.ofSeconds(20);

  /** Runs it several times; fails where the best of them costs more. */
  public void holds(Executable reading) {
    assertTimeoutPreemptively(
        FOREVER,
        () -> {
          reading.execute();
          var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
          long leastNanos = Long.MAX_VALUE;
          long leastBytes = Long.MAX_VALUE;
          for (int i = 0; i < READINGS; i++) {
            long allocated = threads.getCurrentThreadAllocatedBytes();
            long nanos = threads.getCurrentThreadCpuTime();
            reading.execute();
            leastNanos = Math.min(leastNanos, threads.getCurrentThreadCpuTime() - nanos);
            leastBytes = Math.min(leastBytes, threads.getCurrentThreadAllocatedBytes() - allocated);
          }
          assertThat(Duration.ofNanos(leastNanos)).as("processor time").isLessThan(cpu);
          assertThat(leastBytes).as("bytes allocated").isLessThan(bytes);
        });
  }
}
