package io.l7.dns.authority;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.net.Endpoint;
import io.l7.common.spec.Spec;
import io.l7.common.time.Scheduler;
import io.l7.dns.DnsServer;
import io.l7.dns.Resolver;
import io.l7.dns.explain.Trace;
import io.l7.dns.message.Edns;
import io.l7.dns.message.Flag;
import io.l7.dns.message.Message;
import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RRset;
import io.l7.dns.message.Rcode;
import io.l7.dns.message.RecordText;
import io.l7.dns.message.ResourceRecord;
import io.l7.dns.policy.Policies;
import io.l7.dns.policy.PolicySet;
import io.l7.dns.resolver.Feature;
import io.l7.dns.service.RecursiveService;
import io.l7.dns.service.ServiceConfig;
import io.l7.dns.update.UpdatePolicy;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Where policy zones come from, and what becomes of signed answers under them. */
@Timeout(60)
class PolicyFeedTest {
  private static final Name RULES = Name.parse("rules.");

  @TempDir Path folder;
  private final Policies policies = new Policies(List.of(RULES), Policies.Signed.LEFT_ALONE);
  private final LinkedBlockingQueue<PolicySet> versions = new LinkedBlockingQueue<>();

  private static HostedZones.Options nothing() {
    return new HostedZones.Options(
        List.of(),
        List.of(),
        List.of(Served.KEY),
        UpdatePolicy.none(),
        AccessList.nobody(),
        Optional.of(Served.KEY),
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Optional.empty());
  }

  private HostedZones.Options rules(HostedZones.Options options, PolicySource.Feed feed) {
    policies.onChange(() -> versions.add(policies.current()));
    return options.withPolicies(List.of(new PolicySource(RULES, feed, Optional.empty())), policies);
  }

  private long serial() {
    return policies.current().zones().getFirst().serial();
  }

  private Path file(int serial, String text) throws IOException {
    return Files.writeString(
        folder.resolve("rules.zone"),
        "$TTL 300\n@ SOA . . " + serial + " 3600 600 86400 60\n@ NS .\n" + text);
  }

  @Test
  void aFileIsReadAgainAndABrokenOneLeavesTheOldRulesInForce() throws IOException {
    var feed = new PolicySource.Feed.FromFile(file(1, "evil.example CNAME .\n"));
    try (var zones = HostedZones.open(rules(nothing(), feed), Scheduler.real())) {
      assertThat(serial()).isEqualTo(1);
      assertThat(zones.authority().serves(Name.parse("evil.example.rules."))).isFalse();
      file(2, "evil.example CNAME\n");
      zones.reload();
      assertThat(serial()).isEqualTo(1);
      file(2, "evil.example CNAME rpz-drop.\n");
      zones.reload();
      assertThat(serial()).isEqualTo(2);
    }
    file(3, "evil.example CNAME\n");
    assertThatThrownBy(() -> HostedZones.open(rules(nothing(), feed), Scheduler.real()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("rules.zone:4");
  }

  @Test
  @Spec("draft-vixie-dnsop-dns-rpz §7")
  void aCopyFollowsItsPrimaryByDifferencesAndOutlivesARestart() throws Exception {
    Path primary = Served.file(folder, "rules.", "evil.example CNAME .\n");
    var copy = Optional.of(folder.resolve("copy.zone"));
    try (var served =
        new Served(Served.open("rules.", primary, Optional.empty()), Scheduler.real())) {
      var feed = new PolicySource.Feed.FromPrimaries(List.of(served.endpoint()), copy);
      try (var zones = HostedZones.open(rules(nothing(), feed), Scheduler.real());
          var server =
              DnsServer.builder()
                  .listen(Endpoint.parse("127.0.0.1:0"))
                  .authority(zones.authority())
                  .start()) {
        assertThat(versions.poll(10, TimeUnit.SECONDS)).isNotNull();
        assertThat(serial()).isEqualTo(7);
        var told = served.zones.primary(RULES).orElseThrow();
        var notifier =
            new io.l7.dns.transfer.Notifier(
                List.of(Endpoint.of(server.address())),
                Optional.of(Served.KEY),
                Scheduler.real().clock(),
                new java.util.Random(1));
        told.live().onPublish(notifier::changed);
        told.writer()
            .change(
                edit ->
                    edit.add(
                        ResourceRecord.of(
                            Name.parse("bad.example.rules."),
                            RRType.CNAME,
                            300,
                            RecordText.parse(RRType.CNAME, ".", Name.ROOT))));
        assertThat(versions.poll(10, TimeUnit.SECONDS)).isNotNull();
        assertThat(serial()).isEqualTo(8);
      }
    }
    versions.clear();
    var gone = new PolicySource.Feed.FromPrimaries(List.of(Endpoint.parse("127.0.0.1:1")), copy);
    try (var zones = HostedZones.open(rules(nothing(), gone), Scheduler.real())) {
      assertThat(versions.poll(10, TimeUnit.SECONDS)).isNotNull();
      assertThat(serial()).as("while the primary is away").isEqualTo(8);
      assertThat(zones.authority().serves(RULES)).isFalse();
    }
  }

  @Test
  void aCopyThatExpiredWhileNobodyRanIsStillInForce() throws Exception {
    Path copy = file(5, "evil.example CNAME .\n");
    Files.setLastModifiedTime(copy, FileTime.from(Instant.now().minus(Duration.ofDays(30))));
    var gone = List.of(Endpoint.parse("127.0.0.1:1"));
    var feed = new PolicySource.Feed.FromPrimaries(gone, Optional.of(copy));
    try (var zones = HostedZones.open(rules(nothing(), feed), Scheduler.real())) {
      assertThat(policies.current().zones()).hasSize(1);
      assertThat(serial()).isEqualTo(5);
    }
  }

  @Test
  void aZoneServedHereIsGoneByWithoutASerialOfItsOwn() throws IOException {
    Path primary = Served.file(folder, "rules.", "evil.example CNAME .\n");
    var options = Served.open("rules.", primary, Optional.empty());
    try (var zones =
        HostedZones.open(rules(options, new PolicySource.Feed.Hosted()), Scheduler.real())) {
      assertThat(serial()).isEqualTo(7);
      var evil = Name.parse("evil.example.rules.");
      zones
          .primary(RULES)
          .orElseThrow()
          .writer()
          .change(edit -> edit.put(RRset.of(evil, RRType.CNAME, 0, List.of())));
      assertThat(serial()).isEqualTo(8);
    }
    assertThatThrownBy(
            () ->
                HostedZones.open(
                    rules(nothing(), new PolicySource.Feed.Hosted()), Scheduler.real()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("none of the zones served here");
  }

  private Message ask(Resolver resolver, Message query, Policies under) {
    var asker = new RecursiveService.Asker(InetAddress.getLoopbackAddress(), Request.Transport.UDP);
    return resolver
        .answer(query, asker, ServiceConfig.defaults().withPolicies(under), Trace.NONE)
        .orElseThrow();
  }

  @Test
  @Spec("draft-vixie-dnsop-dns-rpz §5")
  void aSignedAnswerIsLeftAloneForWhoAsksForSignatures() throws Exception {
    Path zone = Served.file(folder, "signed.", "www A 192.0.2.80\n");
    var keys = folder.resolve("keys");
    try (var served =
        new Served(Served.open("signed.", zone, Optional.of(keys)), Scheduler.real())) {
      var apex = Name.parse("signed.");
      var anchors =
          served.zones.zones().at(apex).orElseThrow().zone().set(apex, RRType.DNSKEY).orElseThrow();
      var feed = new PolicySource.Feed.FromFile(file(1, "www.signed CNAME .\nwww.plain CNAME .\n"));
      try (var rules = HostedZones.open(rules(nothing(), feed), Scheduler.real());
          var resolver =
              Resolver.builder()
                  .stub(apex, served.endpoint())
                  .trustAnchor(anchors.records())
                  .with(Feature.LOOPBACK_SERVERS)
                  .build()) {
        Message plain = Asked.query("www.signed.", "A").with(Flag.RD).withEdns(Edns.ofSize(1232));
        Message wanting = plain.withEdns(plain.edns().orElseThrow().withDnssecOk());
        assertThat(ask(resolver, plain, policies).rcode()).isEqualTo(Rcode.NXDOMAIN);
        Message left = ask(resolver, wanting, policies);
        assertThat(left.rcode()).isEqualTo(Rcode.NOERROR);
        assertThat(left.has(Flag.AD)).isTrue();
        assertThat(left.answer()).hasSize(2);
        var strict = new Policies(List.of(RULES), Policies.Signed.REWRITTEN);
        strict.put(policies.current().zones().getFirst());
        Message rewritten = ask(resolver, wanting, strict);
        assertThat(rewritten.rcode()).isEqualTo(Rcode.NXDOMAIN);
        assertThat(rewritten.has(Flag.AD)).isFalse();
        rules.reload();
      }
    }
  }

  @Test
  @Spec("draft-vixie-dnsop-dns-rpz §6")
  void anAddressBehindAnAliasHasItsRuleThere() throws Exception {
    Path zone = Served.file(folder, "plain.", "www A 192.0.2.80\nalias CNAME www\n");
    try (var served = new Served(Served.open("plain.", zone, Optional.empty()), Scheduler.real())) {
      var apex = Name.parse("plain.");
      var feed = new PolicySource.Feed.FromFile(file(1, "32.80.2.0.192.rpz-ip A 192.0.2.99\n"));
      try (var rules = HostedZones.open(rules(nothing(), feed), Scheduler.real());
          var resolver =
              Resolver.builder()
                  .stub(apex, served.endpoint())
                  .negativeTrustAnchor(apex)
                  .with(Feature.LOOPBACK_SERVERS)
                  .build()) {
        Message answer = ask(resolver, Asked.query("alias.plain.", "A").with(Flag.RD), policies);
        assertThat(answer.answer())
            .extracting(record -> record.toString().replaceAll("\\s+", " "))
            .containsExactly(
                "alias.plain. 300 IN CNAME www.plain.", "www.plain. 300 IN A 192.0.2.99");
        rules.reload();
      }
    }
  }
}
