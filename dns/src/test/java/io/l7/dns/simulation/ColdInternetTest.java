package io.l7.dns.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ColdInternetTest {
  private static final int SEED = 1;

  /** All 40,000 names with {@code -Dl7.cold.names=40000}; the figures are in performance.md. */
  @Test
  void noAnswerIsLostOnAnInternetThatLosesPackets() {
    int names = Integer.getInteger("l7.cold.names", 2_000);
    ColdInternet.Outcome outcome = new ColdInternet(SEED, names, 0.05).run(1_000);
    System.out.println("cold Internet, seed " + SEED + ": " + outcome);
    assertThat(outcome.questions()).isEqualTo(names);
    assertThat(outcome.lost()).isZero();
    assertThat(outcome.packetsPerAnswer()).isLessThan(3.3);
    assertThat(outcome.p99().toMillis()).isLessThan(1_800);
  }
}
