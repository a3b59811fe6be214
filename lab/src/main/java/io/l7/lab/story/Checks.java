package io.l7.lab.story;

import io.l7.dns.message.RRType;
import io.l7.lab.core.World;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** What steps demand. */
final class Checks {
  private static final Duration LOOK = Duration.ofMillis(10);

  private Checks() {}

  /** Waits until the resolver has forgotten that there was no such host, if it was asked before. */
  static void findable(World world, String host) throws Exception {
    await(
        "finding " + host,
        Duration.ofSeconds(10),
        () -> !world.resolver().lookup(host + ".", RRType.A).data().isEmpty());
  }

  static void demand(boolean holds, String otherwise) {
    if (!holds) throw new AssertionError(otherwise);
  }

  /** Waits until {@code condition} holds. Returns how long that took. */
  static Duration await(String what, Duration patience, Callable<Boolean> condition)
      throws Exception {
    long start = System.nanoTime();
    while (!condition.call()) {
      if (System.nanoTime() - start > patience.toNanos()) {
        throw new AssertionError(what + " did not happen within " + patience.toSeconds() + " s");
      }
      LockSupport.parkNanos(LOOK.toNanos());
    }
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
