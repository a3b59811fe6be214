package io.l7.dns;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.metrics.Metrics;
import io.l7.common.net.Endpoint;
import io.l7.common.spec.Spec;
import io.l7.dns.authority.Request;
import io.l7.dns.explain.Explanation;
import io.l7.dns.message.ExtendedError;
import io.l7.dns.message.Flag;
import io.l7.dns.message.Message;
import io.l7.dns.message.MessageReader;
import io.l7.dns.message.MessageWriter;
import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.dns.message.Rcode;
import io.l7.dns.policy.Policies;
import io.l7.dns.policy.PolicyZone;
import io.l7.dns.service.PolicyLog;
import io.l7.dns.service.QueryLog;
import io.l7.dns.service.RecursiveService;
import io.l7.dns.service.ServiceConfig;
import io.l7.dns.zone.ZoneText;
import java.io.StringWriter;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What clients get under policy zones. Upstream every name has the address 192.0.2.7. */
@Timeout(60)
@Spec("draft-vixie-dnsop-dns-rpz §3")
class RpzTest extends ForwardingStage {
  private static final Name ZONE = Name.parse("block.test.");
  private static final String RULES =
      """
      evil.example CNAME .
      nodata.example CNAME *.
      pass.evil.example CNAME rpz-passthru.
      *.evil.example CNAME .
      drop.example CNAME rpz-drop.
      tcp.example CNAME rpz-tcp-only.
      local.example A 192.0.2.99
      garden.example CNAME www.good.example.
      *.wall.example CNAME *.walled.good.example.
      loop.example CNAME pool.example.
      pool.example CNAME loop.example.
      """;

  private final Metrics metrics = new Metrics();
  private final Policies policies = new Policies(List.of(ZONE), Policies.Signed.LEFT_ALONE);
  private DnsServer server;

  @BeforeEach
  void start() throws Exception {
    rules(RULES);
    server =
        DnsServer.builder()
            .listen(Endpoint.parse("127.0.0.1:0"))
            .metrics(metrics)
            .recursive(resolver)
            .service(ServiceConfig.defaults().withPolicies(policies))
            .start();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void rules(String text) {
    policies.put(new PolicyZone(ZoneText.parse(ZONE.toString(), text), Optional.empty()));
  }

  private Message ask(String name) throws Exception {
    return ask(name, RRType.A);
  }

  private Message ask(String name, RRType type) throws Exception {
    try (var client = new Questions.Client(server.address())) {
      return client.ask(Questions.query(name, type, 7));
    }
  }

  private static List<String> texts(Message answer) {
    return answer.answer().stream()
        .map(record -> record.toString().replaceAll("\\s+", " "))
        .toList();
  }

  private static List<Integer> errors(Message answer) {
    return answer.edns().orElseThrow().errors().stream().map(ExtendedError::code).toList();
  }

  private long hits(String action) {
    var labels = new TreeMap<>(Map.of("zone", "block.test.", "action", action));
    return metrics.counter("l7_dns_rpz_hits_total", "", labels).value();
  }

  @Test
  @Spec("RFC 8914 §4.16")
  void aBlockedNameIsDeniedAndNobodyIsAsked() throws Exception {
    Message denied = ask("evil.example");
    assertThat(denied.rcode()).isEqualTo(Rcode.NXDOMAIN);
    assertThat(errors(denied)).containsExactly(ExtendedError.BLOCKED);
    assertThat(ask("www.evil.example").rcode()).isEqualTo(Rcode.NXDOMAIN);
    Message empty = ask("nodata.example");
    assertThat(empty.rcode()).isEqualTo(Rcode.NOERROR);
    assertThat(empty.answer()).isEmpty();
    assertThat(upstream.asked.get()).isZero();
    assertThat(hits("nxdomain")).isEqualTo(2);
    assertThat(metrics.scrape())
        .contains("l7_dns_rpz_hits_total{action=\"nodata\",zone=\"block.test.\"} 1.0");
  }

  @Test
  @Spec({"draft-vixie-dnsop-dns-rpz §6", "RFC 2308 §5"})
  void aDenialCarriesTheSoaOfItsZoneForAsLongAsItHolds() throws Exception {
    String soa = "block.test. 60 IN SOA ns1.block.test. admin.block.test. 7 3600 600 86400 60";
    rules(RULES + "24.0.2.0.192.rpz-ip CNAME .\n");
    for (String name : List.of("evil.example", "nodata.example", "www.other.example")) {
      Message denied = ask(name);
      assertThat(denied.authority()).as(name).isEmpty();
      assertThat(denied.additional())
          .extracting(record -> record.toString().replaceAll("\\s+", " "))
          .containsExactly(soa);
    }
    assertThat(ask("local.example").additional()).as("nothing is denied").isEmpty();
    Message empty = ask("local.example", RRType.TXT);
    assertThat(empty.answer()).isEmpty();
    assertThat(empty.additional()).hasSize(1);
  }

  @Test
  void anExceptionAndANameWithoutARuleHaveTheirTrueAnswers() throws Exception {
    for (String name : List.of("pass.evil.example", "www.other.example")) {
      Message answer = ask(name);
      assertThat(texts(answer)).containsExactly(name + ". 60 IN A 192.0.2.7");
      assertThat(errors(answer)).isEmpty();
      assertThat(answer.has(Flag.AA)).isFalse();
    }
    assertThat(hits("passthru")).isEqualTo(1);
  }

  @Test
  @Spec("RFC 8914 §4.5")
  void localDataAndAliasesTakeTheAnswersPlace() throws Exception {
    Message local = ask("local.example");
    assertThat(texts(local)).containsExactly("local.example. 300 IN A 192.0.2.99");
    assertThat(errors(local)).containsExactly(ExtendedError.FORGED_ANSWER);
    ask("local.example");
    assertThat(hits("local-data")).as("each is counted").isEqualTo(2);
    assertThat(texts(ask("garden.example")))
        .containsExactly(
            "garden.example. 300 IN CNAME www.good.example.",
            "www.good.example. 60 IN A 192.0.2.7");
    assertThat(texts(ask("a.wall.example")))
        .containsExactly(
            "a.wall.example. 300 IN CNAME a.wall.example.walled.good.example.",
            "a.wall.example.walled.good.example. 60 IN A 192.0.2.7");
    assertThat(ask("loop.example").rcode()).isEqualTo(Rcode.SERVFAIL);
  }

  @Test
  @Spec("draft-vixie-dnsop-dns-rpz §3")
  void whoAsksForAnAliasIsToldWhereItLeads() throws Exception {
    for (RRType type : List.of(RRType.CNAME, RRType.ANY)) {
      Message query = Questions.query("a.wall.example", type, 7);
      var asker = new RecursiveService.Asker(client(), Request.Transport.UDP);
      var config =
          ServiceConfig.defaults().withAny(ServiceConfig.AnyPolicy.RESOLVED).withPolicies(policies);
      Message answer =
          resolver.answer(query, asker, config, io.l7.dns.explain.Trace.NONE).orElseThrow();
      assertThat(texts(answer))
          .as(type.toString())
          .containsExactly("a.wall.example. 300 IN CNAME a.wall.example.walled.good.example.");
    }
  }

  @Test
  void theOneNameThatAWholeDomainIsLedToIsSeen() throws Exception {
    rules("*.evil.example CNAME garden.evil.example.\n");
    assertThat(texts(ask("www.evil.example")))
        .containsExactly(
            "www.evil.example. 300 IN CNAME garden.evil.example.",
            "garden.evil.example. 60 IN A 192.0.2.7");
    assertThat(texts(ask("garden.evil.example")))
        .containsExactly("garden.evil.example. 60 IN A 192.0.2.7");
  }

  @Test
  void whoIsDroppedHearsNothingAndTcpOnlyIsTruncated() throws Exception {
    Message truncated = ask("tcp.example");
    assertThat(truncated.has(Flag.TC)).isTrue();
    assertThat(truncated.answer()).isEmpty();
    try (var client = new Questions.Client(server.address())) {
      client.send(MessageWriter.write(Questions.query("drop.example", RRType.A, 1)));
      Message after = client.ask(Questions.query("www.example", RRType.A, 2));
      assertThat(after.id()).as("the first answer that comes").isEqualTo(2);
    }
    while (hits("drop") == 0) Thread.onSpinWait(); // the next question may overtake it
    assertThat(hits("drop")).isEqualTo(1);
    var overTcp = new RecursiveService.Asker(client(), Request.Transport.STREAM);
    assertThat(answer("tcp.example", overTcp).answer()).hasSize(1);
  }

  private static InetAddress client() {
    return InetAddress.getLoopbackAddress();
  }

  private Message answer(String name, RecursiveService.Asker asker) {
    return resolver
        .answer(
            Questions.query(name, RRType.A, 1),
            asker,
            ServiceConfig.defaults().withPolicies(policies),
            io.l7.dns.explain.Trace.NONE)
        .orElseThrow();
  }

  @Test
  void anAnswerThatIsReadyGivesWayToANewRule() throws Exception {
    for (int i = 0; i < 3; i++) {
      assertThat(ask("late.example").rcode()).isEqualTo(Rcode.NOERROR);
    }
    rules("late.example CNAME .\n");
    assertThat(ask("late.example").rcode()).isEqualTo(Rcode.NXDOMAIN);
    rules("");
    assertThat(texts(ask("late.example"))).hasSize(1);
    assertThat(upstream.asked.get()).as("what the resolver keeps is the truth").isEqualTo(1);
  }

  @Test
  @Spec("draft-vixie-dnsop-dns-rpz §4.1")
  void addressesInAnswersHaveRulesToo() throws Exception {
    rules("24.0.2.0.192.rpz-ip CNAME .\n");
    for (int i = 0; i < 3; i++) {
      assertThat(ask("www.example").rcode()).isEqualTo(Rcode.NXDOMAIN);
    }
    assertThat(upstream.asked.get()).isEqualTo(1);
    assertThat(hits("nxdomain")).isEqualTo(3);
    rules("32.7.2.0.192.rpz-ip A 192.0.2.99\n");
    assertThat(texts(ask("www.example"))).containsExactly("www.example. 300 IN A 192.0.2.99");
  }

  @Test
  @Spec("draft-vixie-dnsop-dns-rpz §4.1")
  void whatOneClientIsDeniedOthersGetOutOfTheSameCache() throws Exception {
    rules("32.2.0.0.127.rpz-client-ip CNAME .\n");
    for (int i = 0; i < 3; i++) {
      assertThat(texts(ask("www.example"))).as("out of the packet cache at last").hasSize(1);
      assertThat(askFrom("127.0.0.2", "www.example").rcode()).isEqualTo(Rcode.NXDOMAIN);
    }
    assertThat(upstream.asked.get()).isEqualTo(1);
  }

  private Message askFrom(String address, String name) throws Exception {
    byte[] wire = MessageWriter.write(Questions.query(name, RRType.A, 7));
    try (var socket = new DatagramSocket(0, InetAddress.ofLiteral(address))) {
      socket.setSoTimeout(10_000);
      socket.send(new DatagramPacket(wire, wire.length, server.address()));
      var packet = new DatagramPacket(new byte[1232], 1232);
      socket.receive(packet);
      return MessageReader.read(packet.getData(), 0, packet.getLength());
    }
  }

  @Test
  void anAliasIntoABlockedNameIsCutThere() throws Exception {
    rules("garden.example CNAME evil.example.\nevil.example CNAME .\n");
    Message answer = ask("garden.example");
    assertThat(answer.rcode()).isEqualTo(Rcode.NXDOMAIN);
    assertThat(texts(answer)).containsExactly("garden.example. 300 IN CNAME evil.example.");
    assertThat(upstream.asked.get()).isZero();
  }

  @Test
  void anAliasThatIsAskedForItselfIsNotFollowedIntoABlockedName() throws Exception {
    rules("target.example CNAME .\nalias-blocked.example CNAME .\n");
    Message alias = ask("alias.example", RRType.CNAME);
    assertThat(alias.rcode()).isEqualTo(Rcode.NOERROR);
    assertThat(texts(alias)).containsExactly("alias.example. 60 IN CNAME target.example.");
    assertThat(hits("nxdomain")).isZero();
    assertThat(ask("alias-blocked.example", RRType.CNAME).rcode()).isEqualTo(Rcode.NXDOMAIN);
  }

  @Test
  void theExplanationAndTheLogNameZoneAndRule() throws Exception {
    var text = new StringWriter();
    try (var log = new PolicyLog(text, QueryLog.Form.TEXT, InstantSource.system(), metrics)) {
      policies.onHit(log::record);
      ask("www.evil.example");
    }
    assertThat(text.toString())
        .matches(
            "\\S+Z 127\\.0\\.0\\.1 www\\.evil\\.example\\. A block\\.test\\. qname"
                + " \\*\\.evil\\.example\\.block\\.test\\. nxdomain\n");
    var why = Explanation.start("www.evil.example. A", () -> 0);
    var asker = new RecursiveService.Asker(client(), Request.Transport.UDP);
    resolver.answer(
        Questions.query("www.evil.example", RRType.A, 1),
        asker,
        ServiceConfig.defaults().withPolicies(policies),
        why);
    assertThat(why.toText()).contains("block.test. QNAME *.evil.example.block.test. nxdomain");
  }
}
