package io.l7.dns.authority;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.net.Dialer;
import io.l7.common.net.Network;
import io.l7.common.spec.Spec;
import io.l7.common.time.Scheduler;
import io.l7.common.time.VirtualTime;
import io.l7.dns.Answer;
import io.l7.dns.Resolver;
import io.l7.dns.cache.Security;
import io.l7.dns.dnssec.DigestType;
import io.l7.dns.dnssec.DsDigest;
import io.l7.dns.message.Dnskey;
import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.dns.message.Rcode;
import io.l7.dns.message.Rdata;
import io.l7.dns.message.RecordText;
import io.l7.dns.message.ResourceRecord;
import io.l7.dns.transport.UpstreamMap;
import io.l7.dns.update.Registrar;
import io.l7.dns.update.UpdateClient;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A root, a TLD and two domains, each a server of its own, joined by the registrar while they run;
 * this suite's resolver believes what they sign.
 */
@Timeout(60)
class ValidationTest {
  private static final String UTOPIA =
      """
      www       A     192.0.2.80
      alias     CNAME www
      out       CNAME www.plain.test.
      *.wild    A     192.0.2.81
      deep.er   TXT   "below an empty non-terminal"
      a.*.ent   TXT   "below a wildcard without data of its own"
      old       DNAME new
      x.new     A     192.0.2.82
      """;

  @TempDir Path folder;
  private final VirtualTime time = new VirtualTime();
  private Served root;
  private Served tld;
  private Served utopia;
  private Served plain;

  @BeforeEach
  void start() throws IOException {
    Path keys = Files.createDirectory(folder.resolve("keys"));
    root = serve(".", "", Optional.of(keys), time);
    tld = serve("test.", "", Optional.of(keys), time);
    utopia = serve("utopia.test.", UTOPIA, Optional.of(keys), time);
    plain = serve("plain.test.", "www A 192.0.2.90\n", Optional.empty(), time);
    register(root, ".", "test.", "192.0.2.2", ds(tld, "test."));
    register(tld, "test.", "utopia.test.", "192.0.2.3", ds(utopia, "utopia.test."));
    register(tld, "test.", "plain.test.", "192.0.2.4", List.of());
  }

  private Served serve(String origin, String text, Optional<Path> keys, Scheduler scheduler)
      throws IOException {
    Path place = Files.createDirectories(folder.resolve("zones"));
    return new Served(Served.open(origin, Served.file(place, origin, text), keys), scheduler);
  }

  @AfterEach
  void stop() throws IOException {
    for (Served served : List.of(root, tld, utopia, plain)) {
      served.close();
    }
  }

  private static List<Rdata> ds(Served child, String origin) throws IOException {
    return child.ask(origin, "DNSKEY").answer().stream()
        .map(r -> new Dnskey(r.rdata()))
        .filter(Dnskey::isSecureEntryPoint)
        .map(key -> DsDigest.of(Name.parse(origin), key, DigestType.SHA256).rdata())
        .toList();
  }

  private Registrar registrar(Served parent, String origin) {
    var client =
        new UpdateClient(
            Dialer.over(Network.real()),
            parent.endpoint(),
            Optional.of(Served.KEY),
            time.clock(),
            new SecureRandom());
    return new Registrar(client, Name.parse(origin), 300);
  }

  private void register(Served parent, String origin, String domain, String address, List<Rdata> ds)
      throws IOException {
    var servers = Map.of(Name.parse("ns1." + domain), List.of(InetAddress.getByName(address)));
    var delegation = new Registrar.Delegation(Name.parse(domain), servers, ds);
    assertThat(registrar(parent, origin).add(delegation)).isEqualTo(Rcode.NOERROR);
  }

  private Resolver resolver() throws IOException {
    var map =
        UpstreamMap.none()
            .with(InetAddress.getByName("192.0.2.1"), root.address())
            .with(InetAddress.getByName("192.0.2.2"), tld.address())
            .with(InetAddress.getByName("192.0.2.3"), utopia.address())
            .with(InetAddress.getByName("192.0.2.4"), plain.address());
    return Resolver.builder()
        .rootHints(
            List.of(
                RecordText.parseRecord(". NS ns1.", Name.ROOT, 300),
                RecordText.parseRecord("ns1. A 192.0.2.1", Name.ROOT, 300)))
        .trustAnchor(
            ds(root, ".").stream()
                .map(ds -> ResourceRecord.of(Name.ROOT, RRType.DS, 300, ds))
                .toList())
        .upstreamMap(map)
        .clock(time.clock())
        .build();
  }

  private static void secure(Resolver resolver, String name, RRType type, String expected) {
    Answer answer = resolver.lookup(name, type);
    assertThat(answer.rcode() + " " + answer.data())
        .as("%s %s: %s", name, type, answer.why())
        .isEqualTo(expected);
    assertThat(answer.security())
        .as("%s %s: %s", name, type, answer.why())
        .isEqualTo(Security.SECURE);
  }

  @Test
  @Spec("RFC 4035 §3.1")
  void everyKindOfAnswerValidates() throws IOException {
    try (var resolver = resolver()) {
      secure(resolver, "www.utopia.test.", RRType.A, "NOERROR " + data(80));
      secure(resolver, "alias.utopia.test.", RRType.A, "NOERROR " + data(80));
      secure(resolver, "any.thing.wild.utopia.test.", RRType.A, "NOERROR " + data(81));
      secure(resolver, "any.thing.wild.utopia.test.", RRType.AAAA, "NOERROR []");
      secure(resolver, "x.old.utopia.test.", RRType.A, "NOERROR " + data(82));
      secure(resolver, "y.old.utopia.test.", RRType.A, "NXDOMAIN []");
      secure(resolver, "www.utopia.test.", RRType.MX, "NOERROR []");
      secure(resolver, "er.utopia.test.", RRType.TXT, "NOERROR []");
      secure(resolver, "nobody.utopia.test.", RRType.A, "NXDOMAIN []");
      secure(resolver, "nobody.test.", RRType.A, "NXDOMAIN []");
      secure(resolver, "plain.test.", RRType.DS, "NOERROR []");
      secure(resolver, "utopia.test.", RRType.DS, "NOERROR " + ds(utopia, "utopia.test."));
      Answer unsigned = resolver.lookup("www.plain.test.", RRType.A);
      assertThat(unsigned.data()).hasSize(1);
      assertThat(unsigned.security()).as(unsigned.why()).isEqualTo(Security.INSECURE);
      assertThat(resolver.lookup("out.utopia.test.", RRType.A).security())
          .as("a signed alias into an unsigned zone")
          .isEqualTo(Security.INSECURE);
    }
  }

  @Test
  @Spec("RFC 4592 §2.2.2")
  void aWildcardWithoutDataOfItsOwnIsNoNameError() throws IOException {
    try (var resolver = resolver()) {
      secure(resolver, "x.ent.utopia.test.", RRType.A, "NOERROR []");
      secure(resolver, "y.ent.utopia.test.", RRType.A, "NOERROR []"); // from the proofs
      secure(resolver, "a.x.ent.utopia.test.", RRType.TXT, "NOERROR []");
      secure(resolver, "b.*.ent.utopia.test.", RRType.A, "NXDOMAIN []");
    }
  }

  private static List<Rdata> data(int last) {
    return List.of(Rdata.of(new byte[] {(byte) 192, 0, 2, (byte) last}));
  }

  @Test
  @Spec("RFC 3007 §4.3")
  void whatUpdatesChangeValidatesToo() throws IOException {
    var client =
        new UpdateClient(
            Dialer.over(Network.real()),
            utopia.endpoint(),
            Optional.of(Served.KEY),
            time.clock(),
            new SecureRandom());
    var origin = Name.parse("utopia.test.");
    var change =
        new UpdateClient.Request(origin)
            .add(Name.parse("a.b.new.utopia.test."), RRType.A, 60, data(99).getFirst())
            .delete(Name.parse("deep.er.utopia.test."), RRType.ANY)
            .delete(Name.parse("*.wild.utopia.test."), RRType.ANY);
    assertThat(client.send(change)).isEqualTo(Rcode.NOERROR);
    try (var resolver = resolver()) {
      secure(resolver, "a.b.new.utopia.test.", RRType.A, "NOERROR " + data(99));
      secure(resolver, "b.new.utopia.test.", RRType.A, "NOERROR []");
      secure(resolver, "er.utopia.test.", RRType.A, "NXDOMAIN []");
      secure(resolver, "x.wild.utopia.test.", RRType.A, "NXDOMAIN []");
      secure(resolver, "www.utopia.test.", RRType.A, "NOERROR " + data(80));
    }
  }

  @Test
  void signaturesAreRenewedBeforeTheyEnd() throws IOException {
    for (int day = 0; day < 30; day++) {
      time.advance(Duration.ofDays(1));
    }
    try (var resolver = resolver()) {
      secure(resolver, "www.utopia.test.", RRType.A, "NOERROR " + data(80));
      secure(resolver, "nobody.utopia.test.", RRType.A, "NXDOMAIN []");
    }
  }

  @Test
  void aDomainThatIsTakenStaysAndARemovedOneIsGone() throws IOException {
    var thief =
        new Registrar.Delegation(
            Name.parse("utopia.test."),
            Map.of(Name.parse("ns.thief.example."), List.of()),
            List.of());
    assertThat(registrar(tld, "test.").add(thief)).isEqualTo(Rcode.YXRRSET);
    try (var resolver = resolver()) {
      secure(resolver, "www.utopia.test.", RRType.A, "NOERROR " + data(80));
    }
    var server = Name.parse("ns1.utopia.test.");
    assertThat(registrar(tld, "test.").remove(Name.parse("utopia.test."), List.of(server)))
        .isEqualTo(Rcode.NOERROR);
    assertThat(tld.ask("ns1.utopia.test.", "A").rcode()).as("its glue").isEqualTo(Rcode.NXDOMAIN);
    assertThat(registrar(tld, "test.").remove(Name.parse("utopia.test."), List.of(server)))
        .isEqualTo(Rcode.NXRRSET);
    try (var resolver = resolver()) {
      secure(resolver, "www.utopia.test.", RRType.A, "NXDOMAIN []");
    }
  }
}
