package io.l7.dns.validator;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.dns.budget.Budget;
import io.l7.dns.budget.ResolverLimits;
import io.l7.dns.message.Name;
import io.l7.dns.message.Nsec;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RRset;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Proofs that are kept, in a zone with more of them than there is room for. */
class DenialCacheTest {
  private static final Name TEST = Name.parse("test.");
  private static final long NOW = 1_000_000;

  private final DenialCache denials = new DenialCache();

  private static RRset nsec(int i, long ttl) {
    var next = Name.parse(String.format("h%06d.test.", 2 * i + 2));
    return RRset.of(
        Name.parse(String.format("h%06d.test.", 2 * i)),
        RRType.NSEC,
        ttl,
        List.of(Nsec.of(next, List.of(RRType.A)).rdata()));
  }

  private void keep(int from, int to, long ttl, long now) {
    for (var i = from; i < to; i++) {
      denials.keep(TEST, List.of(nsec(i, ttl)), now);
    }
  }

  private boolean isDenied(int i, long now) throws Exception {
    var name = Name.parse(String.format("h%06d.test.", 2 * i + 1));
    var budget = new Budget(ResolverLimits.defaults(), 0);
    var around = denials.around(TEST, name, 150, budget, now);
    return around.stream().anyMatch(set -> set.owner().equals(nsec(i, 0).owner()));
  }

  @Test
  void whatHasEndedMakesRoomForWhatIsLearned() throws Exception {
    keep(0, 6_000, 60, NOW);
    assertThat(isDenied(0, NOW + 100)).isFalse();
    keep(10_000, 14_000, 60, NOW + 100);
    for (var i = 10_000; i < 14_000; i += 100) {
      assertThat(isDenied(i, NOW + 101)).as("%d", i).isTrue();
    }
  }

  @Test
  void theNewestIsKnownWhereAllAreFresh() throws Exception {
    keep(0, 20_000, 3_600, NOW);
    assertThat(isDenied(19_999, NOW)).isTrue();
    var known = 0;
    for (var i = 0; i < 20_000; i++) {
      known += isDenied(i, NOW) ? 1 : 0;
    }
    assertThat(known).isBetween(2_500, 5_000);
  }

  @Test
  void aProofDoesNotOutliveItsTimeWhenTheClockIsSetBack() throws Exception {
    keep(0, 1, 60, NOW);
    assertThat(isDenied(0, NOW)).isTrue();
    assertThat(isDenied(0, NOW - 86_400)).isFalse();
  }
}
