package io.l7.dash.abr;

import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;

/**
 * A named rule, ready to be started for a film. Instances are thread-safe; the rules they start are
 * not.
 */
public interface AbrAlgorithm {
  String name();

  /**
   * A rule for one film.
   *
   * @param bufferMs the player's buffer capacity
   */
  AbrRule start(Movie movie, double bufferMs);

  /** Our own rule first, then the published ones. */
  static List<AbrAlgorithm> all() {
    return List.of(named("l7"), named("throughput"), named("bba"), named("bola"), named("mpc"));
  }

  /**
   * The algorithm of that name.
   *
   * @param name l7, throughput, bba, bola, mpc (robust MPC) or fixed:N, N a quality counted from 0
   * @throws IllegalArgumentException for any other name
   */
  static AbrAlgorithm named(String name) {
    String key = name.toLowerCase(Locale.ROOT);
    OptionalInt fixed = fixedQuality(key);
    if (fixed.isPresent()) {
      return of(key, (movie, bufferMs) -> new FixedRule(movie, fixed.getAsInt()));
    }
    return switch (key) {
      case "l7" -> new PlanningAlgorithm(Tuning.DEFAULT);
      case "throughput" -> of(key, (movie, bufferMs) -> new ThroughputRule(movie));
      case "bba" -> of(key, BbaRule::new);
      case "bola" -> of(key, BolaRule::new);
      case "mpc", "robustmpc" -> of("mpc", RobustMpcRule::new);
      default ->
          throw new IllegalArgumentException(
              "no such rule: " + name + " (known: l7, throughput, bba, bola, mpc, fixed:N)");
    };
  }

  private static OptionalInt fixedQuality(String key) {
    if (!key.startsWith("fixed:") || !key.substring(6).matches("\\d{1,3}")) {
      return OptionalInt.empty();
    }
    return OptionalInt.of(Integer.parseInt(key.substring(6)));
  }

  private static AbrAlgorithm of(String name, Starter starter) {
    return new AbrAlgorithm() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public AbrRule start(Movie movie, double bufferMs) {
        return starter.start(movie, bufferMs);
      }
    };
  }

  /** Makes a fresh rule for one session. */
  @FunctionalInterface
  interface Starter {
    AbrRule start(Movie movie, double bufferMs);
  }
}
