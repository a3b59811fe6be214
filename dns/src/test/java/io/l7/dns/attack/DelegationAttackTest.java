package io.l7.dns.attack;

import static io.l7.dns.attack.AttackNet.answer;
import static io.l7.dns.attack.AttackNet.asked;
import static io.l7.dns.attack.AttackNet.record;
import static io.l7.dns.attack.AttackNet.referral;
import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.spec.Spec;
import io.l7.dns.cache.Response;
import io.l7.dns.message.Flag;
import io.l7.dns.message.Message;
import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.dns.message.Rcode;
import io.l7.dns.message.Rdata;
import io.l7.dns.message.ResourceRecord;
import io.l7.dns.simulation.SimulatedServer;
import io.l7.dns.zone.ZoneText;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an attacker who owns a zone can do with its delegations and aliases. */
class DelegationAttackTest {
  private static Message glueless(Message query, int servers, String zone) {
    var ns = new ArrayList<ResourceRecord>();
    for (int i = 0; i < servers; i++) {
      ns.add(record(asked(query), RRType.NS, Rdata.name(Name.parse("n" + i + "." + zone))));
    }
    return referral(query, ns);
  }

  private static void assertFailed(Optional<Response> response) {
    assertThat(response.orElseThrow().rcode()).isEqualTo(Rcode.SERVFAIL);
  }

  @ParameterizedTest
  @ValueSource(ints = {60, 1500})
  void nxnsADelegationToManyGluelessServersHarmsTheirZoneLittle(int servers) {
    try (var net = AttackNet.answering(query -> glueless(query, servers, "victim"))) {
      assertFailed(net.attack("x.evil", RRType.A).response());
      assertThat(net.sentToVictim()).isPositive().isLessThanOrEqualTo(30);
      assertThat(net.servedWithinASecond()).isEqualTo(1);
    }
  }

  @Test
  void nrDelegationAskedAgainAndAgainCostsNoMore() {
    try (var net = AttackNet.answering(query -> glueless(query, 1500, "victim"))) {
      for (int i = 0; i < 20; i++) {
        net.attack("x" + i + ".evil", RRType.A);
      }
      assertThat(net.sentToVictim()).isLessThanOrEqualTo(20 * 12);
      assertThat(net.servedWithinASecond()).isEqualTo(1);
    }
  }

  @Test
  void campAnEndlessChainOfAliasesEndsAtTheLimit() {
    var count = new AtomicInteger();
    try (var net =
        AttackNet.answering(
            query ->
                answer(
                    query,
                    record(
                        asked(query),
                        RRType.CNAME,
                        Rdata.name(Name.parse("c" + count.incrementAndGet() + ".evil")))))) {
      assertFailed(net.attack("c0.evil", RRType.A).response());
      assertThat(net.sentToEvil()).isLessThanOrEqualTo(40);
      assertThat(net.servedWithinASecond()).isEqualTo(1);
    }
  }

  @Test
  void campAnEndlessStaircaseOfGluelessDelegationsEndsAtTheBudget() {
    try (var net =
        AttackNet.answering(
            query -> glueless(query, 3, "s" + (asked(query).hashCode() & 0xffff) + ".evil"))) {
      var ended = net.attack("a.evil", RRType.A);
      assertFailed(ended.response());
      assertThat(net.sentToEvil()).isLessThanOrEqualTo(200);
      assertThat(ended.took()).isLessThanOrEqualTo(Duration.ofSeconds(10));
      assertThat(net.servedWithinASecond()).isEqualTo(1);
    }
  }

  @Test
  void campAliasesTimesDelegationsShareOneBudget() {
    var count = new AtomicInteger();
    try (var net =
        AttackNet.answering(
            query -> {
              int n = count.incrementAndGet();
              return n % 2 == 0
                  ? answer(
                      query,
                      record(
                          asked(query),
                          RRType.CNAME,
                          Rdata.name(Name.parse("a.b.c.d.e.f.g" + n + ".evil"))))
                  : glueless(query, 20, "t" + n + ".evil");
            })) {
      var ended = net.attack("a.evil", RRType.A);
      assertFailed(ended.response());
      assertThat(net.sentToEvil()).isLessThanOrEqualTo(200);
      assertThat(net.octetsSent()).isLessThanOrEqualTo(20_000);
      assertThat(ended.took()).isLessThanOrEqualTo(Duration.ofSeconds(10));
      assertThat(net.servedWithinASecond()).isEqualTo(1);
    }
  }

  @Test
  @Spec("RFC 5452 §6")
  void poisonBesideAnAnswerIsNotKept() {
    try (var net =
        AttackNet.answering(
            query -> {
              var address = Rdata.address(AttackNet.EVIL);
              var poison = record(Name.parse("www.victim"), RRType.A, address);
              var poisonNs =
                  record(AttackNet.VICTIM_ZONE, RRType.NS, Rdata.name(Name.parse("ns.evil")));
              return Message.responseTo(query, Rcode.NOERROR)
                  .with(Flag.AA)
                  .withSections(
                      List.of(record(asked(query), RRType.A, address), poison),
                      List.of(poisonNs),
                      List.of(poison));
            })) {
      assertThat(net.attack("www.evil", RRType.A).response().orElseThrow().answer()).hasSize(1);
      Response victim = net.resolver.ask("www.victim", RRType.A);
      assertThat(victim.answer().getFirst().rdata())
          .containsExactly(Rdata.address(java.net.InetAddress.ofLiteral("192.0.2.100")));
      assertThat(net.servedWithinASecond()).isEqualTo(1);
    }
  }

  @Test
  void anAliasIntoAnotherZoneIsAskedForThere() {
    try (var net =
        AttackNet.answering(
            query -> {
              Name victim = Name.parse("www.victim");
              return answer(
                  query,
                  record(asked(query), RRType.CNAME, Rdata.name(victim)),
                  record(victim, RRType.A, Rdata.address(AttackNet.EVIL)));
            })) {
      Response response = net.attack("www.evil", RRType.A).response().orElseThrow();
      assertThat(response.answer().getLast().rdata())
          .containsExactly(Rdata.address(java.net.InetAddress.ofLiteral("192.0.2.100")));
      assertThat(net.servedWithinASecond()).isEqualTo(1);
    }
  }

  @Test
  void promiscuousNameServersBesideAnAnswerDoNotTakeOverTheZone() {
    // The attacker answers one question of the zone by a fragment and so gives it other servers.
    try (var net =
        AttackNet.answering(
            query ->
                Message.responseTo(query, Rcode.NOERROR)
                    .with(Flag.AA)
                    .withSections(
                        List.of(record(asked(query), RRType.TXT, Rdata.of(new byte[] {1, 'x'}))),
                        List.of(
                            record(
                                Name.parse("evil"),
                                RRType.NS,
                                Rdata.name(Name.parse("ns.victim")))),
                        List.of()))) {
      net.attack("a.evil", RRType.TXT);
      net.resolver.ask("b.evil", RRType.TXT);
      assertThat(net.sentToVictim()).isZero();
      assertThat(net.servedWithinASecond()).isEqualTo(1);
    }
  }

  @Test
  void ghostsEndWithTheDelegationThatTheParentGave() {
    var delegated = new AtomicBoolean(true);
    var tasksOf = new ArrayList<AttackNet>();
    try (var net =
        new AttackNet(
            (query, transport) -> {
              var clock = tasksOf.getFirst().resolver.tasks();
              String zone =
                  delegated.get()
                      ? "ghost 60 NS ns.ghost\nns.ghost 60 A 192.0.2.77\n"
                      : "other A 192.0.2.1\n";
              return new SimulatedServer(clock)
                  .serve(ZoneText.parse("evil.", zone))
                  .answer(query, transport);
            })) {
      tasksOf.add(net);
      // The ghost goes on saying that it is there, for a day each time.
      net.resolver.server(
          "192.0.2.77",
          20,
          new SimulatedServer(net.resolver.tasks())
              .serve(
                  ZoneText.parse(
                      "ghost.evil.",
                      "@ 86400 SOA ns h 1 1 1 1 1\n@ 86400 NS ns\nns 86400 A 192.0.2.77\n"
                          + "* 1 A 192.0.2.78\n")));
      assertThat(net.resolver.ask("w0.ghost.evil", RRType.A).answer()).isNotEmpty();
      delegated.set(false);
      for (int i = 1; i <= 6; i++) {
        net.resolver.pass(Duration.ofSeconds(10));
        net.resolver.ask("ghost.evil", RRType.NS);
        net.resolver.ask("ns.ghost.evil", RRType.A);
        net.bystander();
        net.resolver.ask("w" + i + ".ghost.evil", RRType.A);
      }
      net.resolver.pass(Duration.ofSeconds(5));
      assertThat(net.resolver.ask("w7.ghost.evil", RRType.A).rcode()).isEqualTo(Rcode.NXDOMAIN);
      assertThat(net.servedWithinASecond()).isEqualTo(1);
    }
  }

  @Test
  void loopsOfNameServersAndAliasesEnd() {
    try (var net =
        AttackNet.answering(
            query -> {
              Name name = asked(query);
              if (name.toString().contains("ring")) {
                Name next =
                    Name.parse(name.toString().startsWith("a") ? "b.ring.evil" : "a.ring.evil");
                return answer(query, record(name, RRType.CNAME, Rdata.name(next)));
              }
              // A zone whose only server lies in the other zone, whose only server lies in it.
              String other = name.isSubdomainOf(Name.parse("left.evil")) ? "right" : "left";
              Name cut = name.last(2);
              return referral(
                  query,
                  List.of(record(cut, RRType.NS, Rdata.name(Name.parse("ns." + other + ".evil")))));
            })) {
      assertFailed(net.attack("a.ring.evil", RRType.A).response());
      assertFailed(net.attack("www.left.evil", RRType.A).response());
      assertThat(net.sentToEvil()).isLessThanOrEqualTo(40);
      assertThat(net.servedWithinASecond()).isEqualTo(1);
    }
  }
}
