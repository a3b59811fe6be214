package io.l7.it;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** Waits for what happens in its own time. */
final class Eventually {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration LOOK = Duration.ofMillis(10);

  private Eventually() {}

  /** Returns when {@code list} has come to be empty; fails with what is left after 20 seconds. */
  static <T> void isEmpty(String what, Callable<List<T>> list) throws Exception {
    long start = System.nanoTime();
    for (var left = list.call(); !left.isEmpty(); left = list.call()) {
      if (System.nanoTime() - start > PATIENCE.toNanos())
        throw new AssertionError(what + " are left: " + left);
      LockSupport.parkNanos(LOOK.toNanos());
    }
  }

  /** Returns when {@code condition} holds; fails when it has not in 20 seconds. */
  static void holds(String what, Callable<Boolean> condition) throws Exception {
    long start = System.nanoTime();
    while (!condition.call()) {
      if (System.nanoTime() - start > PATIENCE.toNanos())
        throw new AssertionError(what + " did not happen in " + PATIENCE.toSeconds() + " s");
      LockSupport.parkNanos(LOOK.toNanos());
    }
  }
}
