package io.l7.common.testkit;

import java.util.SplittableRandom;

/** Randomness that can be had again: the seed is printed, and {@code -Dl7.seed=N} sets it. */
public final class Seeded {
  private static final long DEFAULT_SEED = 20260101L;

  private Seeded() {}

  /** A generator for the test {@code name}. */
  public static SplittableRandom random(String name) {
    long seed = Long.getLong("l7.seed", DEFAULT_SEED);
    System.out.println(name + ": seed " + seed + " (repeat with -Dl7.seed=" + seed + ")");
    return new SplittableRandom(seed);
  }
}
