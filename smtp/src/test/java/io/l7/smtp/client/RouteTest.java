package io.l7.smtp.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.net.Endpoint;
import io.l7.common.spec.Spec;
import io.l7.common.testkit.Seeded;
import io.l7.smtp.queue.Outcome;
import java.util.HashMap;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What becomes of a domain's MX records. */
class RouteTest {
  private final RandomGenerator random = Seeded.random("RouteTest");

  private static MxAnswer hosts(MxHost... hosts) {
    return new MxAnswer.Hosts(List.of(hosts));
  }

  private List<String> servers(MxAnswer answer) {
    var route = Route.of("hamburger.edu", answer, "crepes.fr", 25, random);
    assertThat(route).isInstanceOf(Route.Servers.class);
    return ((Route.Servers) route).servers().stream().map(Endpoint::toString).toList();
  }

  private Outcome outcome(MxAnswer answer) {
    var route = Route.of("hamburger.edu", answer, "crepes.fr", 25, random);
    assertThat(route).isInstanceOf(Route.Dead.class);
    return ((Route.Dead) route).outcome();
  }

  @Test
  @Spec("RFC 5321 §5.1")
  void theLowerPreferenceComesFirst() {
    assertThat(
            servers(
                hosts(new MxHost(20, "b.edu"), new MxHost(5, "a.edu"), new MxHost(30, "c.edu"))))
        .containsExactly("a.edu:25", "b.edu:25", "c.edu:25");
  }

  @Test
  @Spec("RFC 5321 §5.1")
  void equalPreferencesShareTheLoadAndNeverOvertakeAnother() {
    var first = new HashMap<String, Integer>();
    for (var i = 0; i < 300; i++) {
      var order =
          servers(
              hosts(
                  new MxHost(10, "a.edu"),
                  new MxHost(10, "b.edu"),
                  new MxHost(10, "c.edu"),
                  new MxHost(20, "last.edu")));
      assertThat(order).last().isEqualTo("last.edu:25");
      first.merge(order.getFirst(), 1, Integer::sum);
    }
    assertThat(first.keySet()).containsExactlyInAnyOrder("a.edu:25", "b.edu:25", "c.edu:25");
    assertThat(first.values()).allSatisfy(times -> assertThat(times).isBetween(60, 140));
  }

  @Test
  @Spec("RFC 5321 §5.1")
  void whereWeAreAnExchangerOnlyBetterOnesAreTried() {
    assertThat(
            servers(
                hosts(
                    new MxHost(10, "best.edu"),
                    new MxHost(20, "CREPES.fr"),
                    new MxHost(20, "equal.edu"),
                    new MxHost(30, "worse.edu"))))
        .containsExactly("best.edu:25");
  }

  @Test
  @Spec("RFC 5321 §5.1")
  void whereWeAreTheBestExchangerTheMailWouldLoop() {
    assertThat(outcome(hosts(new MxHost(10, "crepes.fr"), new MxHost(20, "other.edu"))))
        .isInstanceOfSatisfying(
            Outcome.Failed.class, f -> assertThat(f.status()).hasToString("5.4.6"));
  }

  @Test
  @Spec("RFC 7505 §4.1")
  void aNullMxFailsAtOnce() {
    assertThat(outcome(new MxAnswer.NullMx()))
        .isInstanceOfSatisfying(
            Outcome.Failed.class, f -> assertThat(f.status()).hasToString("5.1.10"));
  }

  @Test
  @Spec("RFC 5321 §5.1")
  void aDomainThatIsNotThereFailsAndDnsThatDoesNotAnswerIsAskedAgainLater() {
    assertThat(outcome(new MxAnswer.NoSuchDomain("hamburger.edu does not exist")))
        .isInstanceOfSatisfying(
            Outcome.Failed.class, f -> assertThat(f.status()).hasToString("5.1.2"));
    assertThat(outcome(new MxAnswer.Unknown("SERVFAIL")))
        .isInstanceOfSatisfying(
            Outcome.Deferred.class, d -> assertThat(d.status()).hasToString("4.4.3"));
  }

  @Test
  @Spec("RFC 5321 §5.1")
  void aDomainWithAThousandHostsHoldsNobodyUpForHours() {
    var hosts = IntStream.range(0, 1_000).mapToObj(i -> new MxHost(i, "h" + i + ".edu")).toList();
    assertThat(servers(new MxAnswer.Hosts(hosts))).hasSize(10).first().isEqualTo("h0.edu:25");
  }
}
