package io.l7.dns;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.metrics.Metrics;
import io.l7.common.net.Endpoint;
import io.l7.common.spec.Spec;
import io.l7.dns.budget.ResolverLimits;
import io.l7.dns.explain.Explanation;
import io.l7.dns.local.LocalDataFile;
import io.l7.dns.message.Edns;
import io.l7.dns.message.EdnsOption;
import io.l7.dns.message.ExtendedError;
import io.l7.dns.message.Flag;
import io.l7.dns.message.Message;
import io.l7.dns.message.Name;
import io.l7.dns.message.Opcode;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRType;
import io.l7.dns.message.Rcode;
import io.l7.dns.resolver.Feature;
import io.l7.dns.service.AccessList;
import io.l7.dns.service.Prefix;
import io.l7.dns.service.ServiceConfig;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the server decides of itself: whom it answers, what it refuses, and what it says of it. */
@Timeout(60)
class PolicyTest extends ForwardingStage {
  private static final Endpoint ANY = Endpoint.parse("127.0.0.1:0");

  private DnsServer server;

  @BeforeEach
  void start() throws Exception {
    server = DnsServer.builder().listen(ANY).recursive(resolver).start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private Message ask(Message query) throws Exception {
    try (var client = new Questions.Client(server.address())) {
      return client.ask(query);
    }
  }

  @Test
  @Spec("RFC 8482 §4.2")
  void typeAnyIsAnsweredWithAHostInformation() throws Exception {
    Message answer = ask(Questions.query("www.example", RRType.ANY, 1));
    assertThat(answer.rcode()).isEqualTo(Rcode.NOERROR);
    assertThat(answer.answer())
        .singleElement()
        .satisfies(record -> assertThat(record.type()).isEqualTo(RRType.HINFO));
    assertThat(upstream.asked.get()).isZero();
  }

  private static List<String> reasons(Message answer) {
    return answer.edns().orElseThrow().errors().stream()
        .map(error -> error.code() + " " + error.text())
        .toList();
  }

  @Test
  @Spec("RFC 8914 §2")
  void whatIsWrongWithAQueryIsSaid() throws Exception {
    Message plain = Questions.query("www.example", RRType.A, 5);
    assertThat(reasons(ask(plain.withOpcode(new Opcode(15)))))
        .containsExactly("21 opcode OPCODE15");
    assertThat(reasons(ask(plain.withQuestions(List.of())))).containsExactly("0 0 questions");
    assertThat(reasons(ask(Questions.query("www.example", RRType.AXFR, 5))))
        .containsExactly("21 IN AXFR at a resolver");
    assertThat(reasons(ask(Questions.query("www.example", RRType.IXFR, 5))))
        .containsExactly("0 IXFR without an SOA (RFC 1995)");
    assertThat(
            reasons(
                ask(
                    plain.withEdns(
                        Edns.ofSize(1232)
                            .withOption(new EdnsOption(EdnsOption.COOKIE, new byte[3]))))))
        .containsExactly("0 a cookie of this length (RFC 7873 §5.2.2)");
    assertThat(ask(plain.withoutEdns().withOpcode(new Opcode(15))).edns()).isEmpty();
  }

  private void serveLocally(String... lines) {
    var local = new LocalDataFile();
    for (String line : lines) {
      local.line(line);
    }
    server.reload(server.resolver(), ServiceConfig.defaults().withLocal(local.data()));
  }

  private static List<String> texts(Message answer) {
    return answer.answer().stream().map(record -> record.toString().replace('\t', ' ')).toList();
  }

  @Test
  @Spec("RFC 1034 §3.6.2")
  void anAliasInLocalDataIsFollowedHereAndOutside() throws Exception {
    serveLocally(
        "a.home 60 CNAME b.home",
        "b.home 60 CNAME c.home",
        "c.home 60 A 192.0.2.1",
        "out.home 60 CNAME www.example",
        "ring.home 60 CNAME gnir.home",
        "gnir.home 60 CNAME ring.home",
        "empty.home 60 CNAME none.home",
        "zone home static");
    assertThat(texts(ask(Questions.query("a.home", RRType.A, 1))))
        .containsExactly(
            "a.home. 60 IN CNAME b.home.",
            "b.home. 60 IN CNAME c.home.",
            "c.home. 60 IN A 192.0.2.1");
    assertThat(texts(ask(Questions.query("a.home", RRType.CNAME, 1))))
        .containsExactly("a.home. 60 IN CNAME b.home.");
    Message out = ask(Questions.query("out.home", RRType.A, 1));
    assertThat(texts(out))
        .containsExactly("out.home. 60 IN CNAME www.example.", "www.example. 60 IN A 192.0.2.7");
    assertThat(out.has(Flag.AA)).isTrue();
    Message empty = ask(Questions.query("empty.home", RRType.A, 1));
    assertThat(empty.rcode()).isEqualTo(Rcode.NXDOMAIN);
    assertThat(texts(empty)).containsExactly("empty.home. 60 IN CNAME none.home.");
    Message ring = ask(Questions.query("ring.home", RRType.A, 1));
    assertThat(ring.rcode()).isEqualTo(Rcode.SERVFAIL);
    assertThat(reasons(ring)).containsExactly("0 local alias ring.home. goes in circles");
    assertThat(texts(ask(Questions.query("out.home", RRType.A, 1).without(Flag.RD))))
        .containsExactly("out.home. 60 IN CNAME www.example.");
  }

  @Test
  @Spec("RFC 8914 §4.19")
  void strangersAreRefusedWithTheReason() throws Exception {
    var nobody =
        ServiceConfig.defaults()
            .withAccess(
                AccessList.loopback()
                    .with(Prefix.parse("127.0.0.1/32"), AccessList.Access.REFUSED));
    server.reload(server.resolver(), nobody);
    Message answer = ask(Questions.query("www.example", RRType.A, 1));
    assertThat(answer.rcode()).isEqualTo(Rcode.REFUSED);
    assertThat(answer.edns().orElseThrow().errors())
        .extracting(ExtendedError::code)
        .containsExactly(ExtendedError.PROHIBITED);
    assertThat(upstream.asked.get()).isZero();
  }

  @Test
  @Spec("RFC 8914 §4.1")
  void everyBudgetIsMeteredAndNamedInTheExplanation() throws Exception {
    var metrics = new Metrics();
    var limits = ResolverLimits.defaults().change().packets(1).build();
    try (Resolver poor = Resolver.builder().forward(upstream.at()).limits(limits).build();
        DnsServer small = DnsServer.builder().listen(ANY).metrics(metrics).recursive(poor).start();
        var client = new Questions.Client(small.address())) {
      Question question = Question.of(Name.parse("slow.example"), RRType.A);
      Explanation explanation = poor.explanation(question);
      assertThat(poor.lookup(question, explanation).why())
          .isEqualTo("SERVFAIL: 0 (Other): (limit of 1 packets for one question reached)");
      assertThat(explanation.toText())
          .containsPattern(
              "limit: spent 1 of 1 packets, \\d+ of 10000 milliseconds,"
                  + " 0 of 24 name server lookups, 0 of 64 signatures, 0 of 128 NSEC3 hashes");
      assertThat(reasons(client.ask(Questions.query("slow.example", RRType.A, 1))))
          .containsExactly("0 limit of 1 packets for one question reached");
      assertThat(metrics.scrape())
          .contains(
              "l7_dns_budget_spent_packets 1.0\n",
              "l7_dns_budget_exhausted_packets 1.0\n",
              "l7_dns_budget_exhausted_milliseconds 0.0\n",
              "l7_dns_budget_spent_signatures 0.0\n",
              "l7_dns_budget_spent_hashes 0.0\n",
              "l7_dns_budget_spent_targets 0.0\n");
    }
  }

  @Test
  void serversThatDifferByTheirPortAloneAreKeptApart() throws Exception {
    try (var second = new Questions.Upstream();
        var third = new Questions.Upstream();
        Resolver mixed =
            Resolver.builder()
                .forward(upstream.at())
                .forward(Name.parse("second"), second.at())
                .stub(Name.parse("third"), third.at())
                .with(Feature.LOOPBACK_SERVERS)
                .build()) {
      Question question = Question.of(Name.parse("www.second"), RRType.A);
      Explanation explanation = mixed.explanation(question);
      assertThat(mixed.lookup(question, explanation).records()).hasSize(1);
      assertThat(explanation.toText()).contains(" at " + second.at() + " over UDP for second.");
      assertThat(mixed.lookup("www.first", RRType.A).records()).hasSize(1);
      mixed.lookup("www.third", RRType.A);
      assertThat(upstream.asked.get()).isEqualTo(1);
      assertThat(second.asked.get()).isEqualTo(1);
      assertThat(third.asked.get()).isPositive();
    }
  }
}
