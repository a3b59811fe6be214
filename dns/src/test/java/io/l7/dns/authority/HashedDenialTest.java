package io.l7.dns.authority;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.net.Dialer;
import io.l7.common.net.Network;
import io.l7.common.spec.Spec;
import io.l7.common.time.VirtualTime;
import io.l7.dns.Answer;
import io.l7.dns.Resolver;
import io.l7.dns.cache.Security;
import io.l7.dns.dnssec.Nsec3Hash;
import io.l7.dns.message.Edns;
import io.l7.dns.message.Message;
import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.dns.message.Rcode;
import io.l7.dns.message.Rdata;
import io.l7.dns.message.RecordText;
import io.l7.dns.message.ResourceRecord;
import io.l7.dns.tsig.TsigKey;
import io.l7.dns.update.UpdateClient;
import io.l7.dns.zone.ZoneCheck;
import io.l7.dns.zone.ZoneFault;
import io.l7.dns.zone.ZoneLimits;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Zones that BIND signed with NSEC3, with and without opt-out, as this authority serves them. */
@Timeout(60)
@Spec("RFC 5155 §7.2")
class HashedDenialTest {
  private static final Name TEST = Name.parse("test.");

  @TempDir Path folder;
  private final VirtualTime time = new VirtualTime(Instant.parse("2027-01-01T00:00:00Z"));

  private Path file(String name) throws IOException {
    Path file = folder.resolve("test.zone");
    try (InputStream in = HashedDenialTest.class.getResourceAsStream(name)) {
      Files.copy(Objects.requireNonNull(in), file);
    }
    return file;
  }

  private Served serve(Path file, Optional<Path> keys) throws IOException {
    return new Served(Served.open("test.", file, keys), time);
  }

  private Resolver resolver(Served served) throws IOException {
    List<ResourceRecord> anchors =
        served.ask("test.", "DNSKEY").answer().stream()
            .filter(r -> r.type().equals(RRType.DNSKEY))
            .toList();
    return Resolver.builder()
        .rootHints(
            List.of(
                RecordText.parseRecord(". NS ns.invalid.", Name.ROOT, 300),
                RecordText.parseRecord("ns.invalid. A 192.0.2.1", Name.ROOT, 300)))
        .stub(TEST, served.endpoint())
        .trustAnchor(anchors)
        .clock(time.clock())
        .build();
  }

  @ParameterizedTest
  @ValueSource(strings = {"nsec3-full.zone", "nsec3-optout.zone"})
  void everyDenialValidates(String zone) throws IOException {
    try (var served = serve(file(zone), Optional.empty());
        var resolver = resolver(served)) {
      // RFC 5155 §9.2: what an opt-out span has a part in is told, but not securely
      var spans = zone.contains("optout") ? Security.INSECURE : Security.SECURE;
      check(resolver, "www.test.", RRType.A, "NOERROR 1", Security.SECURE);
      check(resolver, "alias.test.", RRType.A, "NOERROR 1", Security.SECURE);
      check(resolver, "www.test.", RRType.MX, "NOERROR 0", Security.SECURE);
      check(resolver, "b.c.test.", RRType.TXT, "NOERROR 0", Security.SECURE);
      check(resolver, "x.old.test.", RRType.A, "NOERROR 1", Security.SECURE);
      check(resolver, "safe.test.", RRType.DS, "NOERROR 1", Security.SECURE);
      check(resolver, "x.y.wild.test.", RRType.TXT, "NOERROR 1", spans);
      check(resolver, "x.y.wild.test.", RRType.A, "NOERROR 0", spans);
      check(resolver, "nobody.test.", RRType.A, "NXDOMAIN 0", spans);
      check(resolver, "plain.test.", RRType.DS, "NOERROR 0", spans);
    }
  }

  private static void check(
      Resolver resolver, String name, RRType type, String expected, Security security) {
    Answer answer = resolver.lookup(name, type);
    assertThat(answer.rcode() + " " + answer.data().size() + " " + answer.security())
        .as("%s %s: %s", name, type, answer.why())
        .isEqualTo(expected + " " + security);
  }

  @Test
  @Spec("RFC 9276 §3.2")
  void aLongChainOfAliasesBelowAnOptOutZoneCostsNoMoreHashesThanItMay() throws IOException {
    var sources = new ArrayList<HostedZones.ZoneSource>();
    var delegations = new StringBuilder();
    int links = 11;
    for (int i = 1; i <= links; i++) {
      delegations.append("d%1$d.test. 300 IN NS ns1.test.\n".formatted(i));
      String next = i < links ? "CNAME www.a.b.edge.d%d.test.".formatted(i + 1) : "A 192.0.2.99";
      String origin = "d%d.test.".formatted(i);
      Path zone = Served.file(folder, origin, "www.a.b.edge " + next + "\n");
      sources.add(new HostedZones.ZoneSource(Name.parse(origin), zone));
    }
    Path parent = file("nsec3-optout.zone");
    Files.writeString(parent, Files.readString(parent) + delegations);
    sources.add(new HostedZones.ZoneSource(TEST, parent));
    try (var served = new Served(HostedZones.Options.serving(sources), time);
        var resolver = resolver(served)) {
      check(resolver, "www.a.b.edge.d1.test.", RRType.A, "NOERROR 1", Security.INSECURE);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"nsec3-full.zone", "nsec3-optout.zone"})
  void theCheckWalksTheChain(String zone) throws IOException {
    Path file = file(zone);
    assertThat(check(file)).isEmpty();
    List<String> lines = Files.readAllLines(file);
    String www = lines.stream().filter(l -> l.startsWith("www.test.")).findFirst().orElseThrow();
    Files.write(
        file, lines.stream().map(l -> l.equals(www) ? l + "\nextra" + l.substring(3) : l).toList());
    assertThat(check(file)).anyMatch(what -> what.contains("extra.test. has no NSEC3"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '>',
      value = {
        "A TXT RRSIG > names TXT, which is not there",
        "RRSIG > does not name A",
        "A > does not name RRSIG",
      })
  void theCheckComparesTheTypes(String types, String expected) throws IOException {
    Path file = file("nsec3-full.zone");
    String text = Files.readString(file);
    // the bitmap of www.test.
    String changed =
        text.replaceFirst("(?m)^(" + hash("www.test.") + "\\..*NSEC3.*) A RRSIG$", "$1 " + types);
    assertThat(changed).isNotEqualTo(text);
    Files.writeString(file, changed);
    assertThat(check(file)).anyMatch(what -> what.endsWith(expected));
  }

  private static String hash(String name) {
    return Nsec3Hash.label(Nsec3Hash.hash(Name.parse(name), 0, new byte[0]))
        .toUpperCase(Locale.ROOT);
  }

  private List<String> check(Path file) throws IOException {
    return ZoneCheck.check(file, TEST, ZoneLimits.defaults(), time.now()).stream()
        .map(ZoneFault::what)
        .toList();
  }

  @Test
  void withoutItsKeysASignedZoneTakesNoUpdate() throws IOException {
    try (var served = serve(file("nsec3-full.zone"), Optional.empty())) {
      assertThat(update(served)).isEqualTo(Rcode.REFUSED);
      assertThat(served.ask("fresh.test.", "A").rcode()).isEqualTo(Rcode.NXDOMAIN);
    }
  }

  @Test
  void withKeysOfItsOwnTheServerMakesAnNsecChainOfIt() throws IOException {
    Path keys = Files.createDirectory(folder.resolve("keys"));
    try (var served = serve(file("nsec3-full.zone"), Optional.of(keys))) {
      assertThat(update(served)).isEqualTo(Rcode.NOERROR);
      Message denial =
          served.ask(Asked.query("nobody.test.", "A").withEdns(Edns.ofSize(1232).withDnssecOk()));
      assertThat(denial.authority().stream().map(ResourceRecord::type))
          .contains(RRType.NSEC)
          .doesNotContain(RRType.NSEC3);
    }
  }

  private Rcode update(Served served) throws IOException {
    TsigKey key = Served.KEY;
    var client =
        new UpdateClient(
            Dialer.over(Network.real()),
            served.endpoint(),
            Optional.of(key),
            time.clock(),
            new SecureRandom());
    var address = Rdata.of(new byte[] {10, 0, 0, 1});
    return client.send(
        new UpdateClient.Request(TEST).add(Name.parse("fresh.test."), RRType.A, 60, address));
  }
}
