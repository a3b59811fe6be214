package io.l7.dns.attack;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.testkit.Seeded;
import io.l7.dns.budget.ResolverLimits;
import io.l7.dns.cache.CacheLimits;
import io.l7.dns.message.Name;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRType;
import io.l7.dns.simulation.SimulatedNet;
import java.time.Duration;
import java.util.ArrayList;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Many questions at a time. */
class QuestionFloodTest {
  @Test
  void randomNamesBelowADeadZoneLeaveTheOthersTheirAnswers() {
    var random = Seeded.random("random subdomains");
    try (var net = new AttackNet(SimulatedNet.Server.silent())) {
      var ended = new ArrayList<Object>();
      int most = 0;
      for (int tick = 0; tick < 1500; tick++) {
        for (int i = 0; i < 10; i++) {
          String name = Long.toString(random.nextLong(1L << 40), 36) + ".evil";
          net.resolver.ask(Question.of(Name.parse(name), RRType.A), ended::add);
        }
        net.bystander();
        net.resolver.pass(Duration.ofMillis(10));
        most = Math.max(most, net.resolver.engine().admission().inside());
      }
      assertThat(net.servedWithinASecond()).isGreaterThanOrEqualTo(0.99);
      assertThat(ended).hasSize(15_000);
      // 1,000 questions a second to a server that is silent: those of the first moment, then few.
      assertThat(net.sentToEvil()).isLessThanOrEqualTo(2_500);
      assertThat(most).isLessThanOrEqualTo(ResolverLimits.defaults().questionsAtOnce());
      assertThat(net.resolver.net().mostInFlight()).isLessThanOrEqualTo(1_000);
      // RFC 9520 §3.2: what is remembered of failures is bounded, and soon gone
      assertThat(net.resolver.engine().cache().responseCount()).isLessThanOrEqualTo(20_000);
    }
  }

  @Test
  void aFloodOfNamesLeavesTheHeapFlat() {
    var random = Seeded.random("heap under a flood");
    var sizes = CacheLimits.defaults().withSizes(4_000, 2_000);
    try (var net = new AttackNet(SimulatedNet.Server.silent())) {
      net.resolver.cacheLimits(sizes);
      flood(net, random, 200);
      heap();
      flood(net, random, 200);
      long early = heap();
      flood(net, random, 1_200);
      long late = heap();
      System.out.printf(
          "heap: %d kB after 4,000 random names, %d kB after 16,000%n", early / 1024, late / 1024);
      assertThat(late - early).as("octets more").isLessThan(1 << 20);
      assertThat(net.resolver.engine().cache().responseCount()).isLessThanOrEqualTo(2_000);
      assertThat(net.servedWithinASecond()).isGreaterThanOrEqualTo(0.99);
    }
  }

  /** A thousand names a second that nobody has, for some hundredths of a second. */
  private static void flood(AttackNet net, RandomGenerator random, int ticks) {
    for (int tick = 0; tick < ticks; tick++) {
      for (int i = 0; i < 10; i++) {
        String name = Long.toString(random.nextLong(1L << 40), 36) + ".evil";
        net.resolver.ask(Question.of(Name.parse(name), RRType.A), served -> {});
      }
      if (tick % 10 == 0) {
        net.bystander();
      }
      net.resolver.pass(Duration.ofMillis(10));
    }
    net.resolver.pass(Duration.ofSeconds(15));
  }

  /** Octets in use after collections. */
  private static long heap() {
    Runtime runtime = Runtime.getRuntime();
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 3; i++) {
      System.gc();
      least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
    }
    return least;
  }

  @Test
  void aHundredClientsWithOneQuestionShareOneUpstreamQuestion() {
    try (var net = AttackNet.answering(query -> AttackNet.nameError(query, "evil"))) {
      var ended = new ArrayList<Object>();
      for (int i = 0; i < 100; i++) {
        net.resolver.ask(Question.of(Name.parse("popular.evil"), RRType.A), ended::add);
      }
      net.bystander();
      net.resolver.pass(Duration.ofSeconds(1));
      assertThat(ended).hasSize(100);
      assertThat(net.sentToEvil()).isEqualTo(1);
      assertThat(net.servedWithinASecond()).isEqualTo(1);
    }
  }

  @Test
  void dnsBombAServerThatHoldsItsAnswersBackHoldsNobodyElse() {
    // CVE-2024-33655: slow answers gather to arrive at once; each client's question ends in time.
    try (var net = AttackNet.answering(query -> AttackNet.nameError(query, "evil"))) {
      net.resolver.server(
          "192.0.2.66", 4_000, SimulatedNet.Server.of(q -> AttackNet.nameError(q, "evil")));
      var ended = new ArrayList<io.l7.dns.simulation.SimulatedResolver.Served>();
      for (int i = 0; i < 500; i++) {
        net.resolver.ask(Question.of(Name.parse("q" + i + ".evil"), RRType.A), ended::add);
        net.bystander();
        net.resolver.pass(Duration.ofMillis(10));
      }
      assertThat(net.servedWithinASecond()).isEqualTo(1);
      assertThat(ended).hasSize(500);
      assertThat(ended)
          .allSatisfy(
              served -> assertThat(served.took()).isLessThanOrEqualTo(Duration.ofSeconds(10)));
    }
  }
}
