package io.l7.smtp.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.metrics.Metrics;
import io.l7.common.net.Dialer;
import io.l7.common.net.Endpoint;
import io.l7.common.net.Network;
import io.l7.common.spec.Spec;
import io.l7.common.time.Scheduler;
import io.l7.common.tls.CertificateAuthority;
import io.l7.common.tls.TlsIdentity;
import io.l7.common.tls.TlsTrust;
import io.l7.dns.DnsServer;
import io.l7.dns.authority.HostedZones;
import io.l7.dns.authority.HostedZones.ZoneSource;
import io.l7.dns.dnssec.DnssecAlgorithm;
import io.l7.dns.dnssec.SigningKey;
import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RecordText;
import io.l7.dns.message.ResourceRecord;
import io.l7.dns.zone.ZoneFile;
import io.l7.dns.zone.ZoneLimits;
import io.l7.dns.zone.ZoneSigner;
import io.l7.smtp.SmtpServer;
import io.l7.smtp.SmtpServerBuilder;
import io.l7.smtp.auth.MemoryUsers;
import io.l7.smtp.dane.TlsaAnswer;
import io.l7.smtp.queue.Outcome;
import io.l7.smtp.session.Role;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Mail to servers whose zone, signed and served by our own name server, says which certificates
 * they have (RFC 7672).
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DaneTest {
  private static final Name ZONE = Name.parse("edu.");
  private static final CertificateAuthority CA =
      CertificateAuthority.create("Burgers", InstantSource.system());
  private static final TlsIdentity.Credentials SERVER = CA.issue("mx.authority.edu");

  private Path folder;
  private Metrics metrics = new Metrics();
  private SmtpServer secured;
  private SmtpServer plain;
  private HostedZones zones;
  private DnsServer dns;
  private SigningKey key;

  @BeforeAll
  void start(@TempDir Path place) throws Exception {
    folder = place;
    secured = server("secured").tls(TlsIdentity.of(SERVER)).start();
    plain = server("plain").start();
    key =
        SigningKey.generate(
            DnssecAlgorithm.ECDSAP256SHA256, SigningKey.Role.KSK, new SecureRandom());
    var file = Files.writeString(folder.resolve("edu.zone"), zone());
    var signer = new ZoneSigner(List.of(key), InstantSource.system(), Duration.ofDays(1));
    var signed = signer.signWhole(ZoneFile.load(file, ZONE, ZoneLimits.defaults())).edit();
    var forged = "_%d._tcp.mx.forged.edu. TLSA 3 1 1 ".formatted(port(secured));
    signed.remove(RecordText.parseRecord(forged + "00".repeat(32), ZONE, 300));
    signed.add(RecordText.parseRecord(forged + ownKey(), ZONE, 300));
    signed.remove(RecordText.parseRecord("mx.shaken.edu. A 127.0.0.2", ZONE, 300));
    signed.add(RecordText.parseRecord("mx.shaken.edu. A 127.0.0.1", ZONE, 300));
    ZoneFile.write(file, signed.zone());
    var source = new ZoneSource(ZONE, file);
    zones = HostedZones.open(HostedZones.Options.serving(List.of(source)), Scheduler.real());
    dns =
        DnsServer.builder()
            .listen(Endpoint.parse("127.0.0.1:0"))
            .authority(zones.authority())
            .start();
  }

  @BeforeEach
  void countAnew() {
    metrics = new Metrics();
  }

  private SmtpServerBuilder server(String name) {
    return SmtpServer.on(folder.resolve(name))
        .domains("hamburger.edu")
        .users(new MemoryUsers().with("bob@hamburger.edu", "secret"))
        .listen(Endpoint.parse("127.0.0.1:0"));
  }

  private String zone() throws GeneralSecurityException {
    return """
    $TTL 300
    @ SOA ns admin 1 3600 600 86400 60
    @ NS ns
    ns A 127.0.0.1
    """
        + host("own", "3 1 1 " + ownKey())
        + host("whole", "3 0 0 " + HexFormat.of().formatHex(SERVER.chain().getFirst().getEncoded()))
        + host("authority", "2 0 1 " + sha256(CA.certificate().getEncoded()))
        + host("misnamed", "2 0 1 " + sha256(CA.certificate().getEncoded()))
        + host("wrong", "3 1 1 " + "00".repeat(32))
        + host("forged", "3 1 1 " + "00".repeat(32))
        + host("useless", "1 1 1 " + "00".repeat(32))
        + "shaken MX 10 mx.shaken\nmx.shaken A 127.0.0.2\n"
        + tlsa("mx.shaken", "3 1 1 " + "00".repeat(32))
        + "without MX 10 mx.without\nmx.without A 127.0.0.1\n"
        + "direct A 127.0.0.1\n"
        + tlsa("direct", "3 1 1 " + "00".repeat(32))
        + "alias MX 10 mx.alias\nmx.alias CNAME mx.wrong\n";
  }

  private String host(String name, String record) {
    return "%s MX 10 mx.%s%nmx.%s A 127.0.0.1%n".formatted(name, name, name)
        + tlsa("mx." + name, record);
  }

  private String tlsa(String host, String record) {
    return "_%d._tcp.%s TLSA %s%n_%d._tcp.%s TLSA %s%n"
        .formatted(port(secured), host, record, port(plain), host, record);
  }

  private static int port(SmtpServer server) {
    return server.endpoint(Role.TRANSFER).port();
  }

  private static String ownKey() throws GeneralSecurityException {
    return sha256(SERVER.chain().getFirst().getPublicKey().getEncoded());
  }

  private static String sha256(byte[] octets) throws GeneralSecurityException {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(octets));
  }

  @AfterAll
  void stop() throws IOException {
    dns.close();
    zones.close();
    secured.close();
    plain.close();
  }

  private DnsMxResolver resolver(SigningKey trusted) throws IOException {
    return DnsMxResolver.validating(address(), Network.real(), anchors(trusted));
  }

  private static List<ResourceRecord> anchors(SigningKey trusted) {
    return List.of(ResourceRecord.of(ZONE, RRType.DNSKEY, 300, trusted.dnskey().rdata()));
  }

  private Outcome send(String domain, SmtpServer to) throws IOException {
    try (var resolver = resolver(key)) {
      return OneMail.send(domain, options(resolver, to).dane(new Dane(resolver.tlsa(), metrics)));
    }
  }

  private static RelayOptions options(DnsMxResolver resolver, SmtpServer to) {
    return RelayOptions.of("crepes.fr", Dialer.over(Network.real()).names(resolver), resolver)
        .port(port(to));
  }

  private void delivered(String domain, SmtpServer to, String protocol, String result)
      throws IOException {
    var box = to.mailbox("bob@hamburger.edu");
    var before = box.list().size();
    assertThat(send(domain, to)).as(domain).isInstanceOf(Outcome.Delivered.class);
    var mail = box.await(before + 1, Duration.ofSeconds(5)).getLast();
    assertThat(mail.field("Received")).as(domain).contains(" with " + protocol + " ");
    counted(result);
  }

  private void deferred(String domain, SmtpServer to, String status, String result)
      throws IOException {
    var before = accepted(to);
    assertThat(send(domain, to))
        .as(domain)
        .isInstanceOfSatisfying(
            Outcome.Deferred.class, d -> assertThat(d.status()).as(d.reason()).hasToString(status));
    assertThat(accepted(to)).as(domain).isEqualTo(before);
    counted(result);
  }

  private static String accepted(SmtpServer server) {
    return server
        .metrics()
        .scrape()
        .lines()
        .filter(line -> line.startsWith("l7_smtp_accepted_total"))
        .findFirst()
        .orElseThrow();
  }

  private void counted(String result) {
    assertThat(metrics.scrape()).contains("l7_smtp_dane_total{result=\"" + result + "\"} 1");
  }

  @Test
  @Spec("RFC 7672 §3.1.1")
  void theServersOwnKeyIsEnough() throws IOException {
    delivered("own.edu", secured, "ESMTPS", "matched");
  }

  @Test
  @Spec("RFC 7672 §3.1.1")
  void theServersWholeCertificateIsEnough() throws IOException {
    delivered("whole.edu", secured, "ESMTPS", "matched");
  }

  @Test
  @Spec("RFC 7672 §3.1.2")
  void anAuthorityIsEnoughForTheHostOfThatName() throws IOException {
    delivered("authority.edu", secured, "ESMTPS", "matched");
  }

  @Test
  @Spec("RFC 7672 §3.1.2")
  void anAuthorityIsNotEnoughForAHostOfAnotherName() throws IOException {
    deferred("misnamed.edu", secured, "4.7.5", "failed");
  }

  @Test
  @Spec("RFC 7672 §2.2")
  void anotherCertificateGetsNothing() throws IOException {
    deferred("wrong.edu", secured, "4.7.5", "failed");
  }

  @Test
  @Spec("RFC 7672 §2.2")
  void aServerThatLostItsStartTlsGetsNothing() throws IOException {
    deferred("own.edu", plain, "4.7.4", "failed");
  }

  @Test
  @Spec("RFC 7672 §2.2")
  void recordsThatNobodyCanUseAskForTlsAlone() throws IOException {
    delivered("useless.edu", secured, "ESMTPS", "any_certificate");
    deferred("useless.edu", plain, "4.7.4", "failed");
  }

  @Test
  @Spec("RFC 7672 §2.2")
  void withoutRecordsItIsAsEver() throws IOException {
    delivered("without.edu", plain, "ESMTP", "none");
  }

  @Test
  @Spec("RFC 7672 §2.2.1")
  void aDomainWithoutExchangerIsItsOwnHost() throws IOException {
    deferred("direct.edu", secured, "4.7.5", "failed");
  }

  @Test
  @Spec("RFC 7672 §2.2.2")
  void theRecordsOfTheHostBehindAnAliasCount() throws IOException {
    deferred("alias.edu", secured, "4.7.5", "failed");
  }

  @Test
  @Spec("RFC 7672 §2.2.1")
  void whatNobodyProvesCountsForNothing() throws IOException {
    try (var trusting = DnsMxResolver.forwarding(address(), Network.real())) {
      var options = options(trusting, secured).dane(new Dane(trusting.tlsa(), metrics));
      assertThat(OneMail.send("wrong.edu", options)).isInstanceOf(Outcome.Delivered.class);
      counted("none");
    }
  }

  private Endpoint address() {
    return Endpoint.of(dns.addresses().getFirst());
  }

  @Test
  @Spec("RFC 7672 §2.1.2")
  void aForgedZoneGetsNothing() throws IOException {
    var another =
        SigningKey.generate(
            DnssecAlgorithm.ECDSAP256SHA256, SigningKey.Role.KSK, new SecureRandom());
    try (var resolver = resolver(another)) {
      var options = options(resolver, secured).dane(new Dane(resolver.tlsa(), metrics));
      assertThat(OneMail.send("own.edu", options))
          .isInstanceOfSatisfying(
              Outcome.Deferred.class, d -> assertThat(d.status()).hasToString("4.4.3"));
    }
  }

  /** Whoever keeps the answer back once could take TLS away, if it came a moment later. */
  @Test
  @Spec("RFC 7672 §2.1.2")
  void aServerWhoseAddressIsNotProvenGetsNothingThoughItIsFoundLater() throws IOException {
    try (var resolver = resolver(key)) {
      var dialer =
          Dialer.over(Network.real()).names(h -> List.of(InetAddress.getLoopbackAddress()));
      var options = RelayOptions.of("crepes.fr", dialer, resolver).port(port(secured));
      assertThat(OneMail.send("shaken.edu", options.dane(new Dane(resolver.tlsa(), metrics))))
          .isInstanceOfSatisfying(
              Outcome.Deferred.class, d -> assertThat(d.status()).hasToString("4.7.5"));
      counted("unknown");
    }
  }

  @Test
  @Spec("RFC 7672 §2.1.2")
  void aForgedRecordGetsNothingThoughItFits() throws IOException {
    deferred("forged.edu", secured, "4.7.5", "unknown");
  }

  @Test
  @Spec("RFC 7672 §2.1.2")
  void whereRecordsCannotBeHadTheMailWaits() throws IOException {
    try (var resolver = resolver(key)) {
      var dane = new Dane(server -> new TlsaAnswer.Unknown("SERVFAIL"), metrics);
      assertThat(OneMail.send("own.edu", options(resolver, secured).dane(dane)))
          .isInstanceOfSatisfying(
              Outcome.Deferred.class, d -> assertThat(d.status()).hasToString("4.7.5"));
      counted("unknown");
    }
  }

  @Test
  @Spec("RFC 6781 §4.1.2")
  void anchorsThatAreChangedCountFromThenOn() throws Exception {
    var other =
        SigningKey.generate(
            DnssecAlgorithm.ECDSAP256SHA256, SigningKey.Role.KSK, new SecureRandom());
    try (var resolver = resolver(other)) {
      var options = options(resolver, secured).dane(new Dane(resolver.tlsa(), metrics));
      assertThat(OneMail.send("own.edu", options)).isInstanceOf(Outcome.Deferred.class);
      resolver.replace(DnsMxResolver.validator(address(), Network.real(), anchors(key)));
      assertThat(OneMail.send("own.edu", options)).isInstanceOf(Outcome.Delivered.class);
      resolver.replace(DnsMxResolver.validator(address(), Network.real(), anchors(other)));
      assertThat(OneMail.send("own.edu", options)).isInstanceOf(Outcome.Deferred.class);
      counted("matched");
    }
  }

  @Test
  @Spec("RFC 7672 §2.2")
  void aSmarthostHasRecordsToo() throws IOException {
    try (var resolver = resolver(key)) {
      var wrong = new Endpoint("mx.wrong.edu", port(secured));
      var options = options(resolver, secured).smarthost(wrong, Optional.empty());
      var dane = new Dane(resolver.tlsa(), metrics);
      assertThat(OneMail.send("anywhere.example", options.dane(dane)))
          .isInstanceOf(Outcome.Deferred.class);
      counted("failed");
    }
  }

  @Test
  void whereTlsIsRequiredItsFailureHasAStatusOfItsOwn() throws IOException {
    try (var resolver = resolver(key)) {
      var trust = TlsTrust.of(List.<X509Certificate>of(CA.certificate()));
      for (var server : List.of(plain, secured)) {
        assertThat(
                OneMail.send("own.edu", options(resolver, server).tls(TlsPolicy.REQUIRED, trust)))
            .isInstanceOfSatisfying(
                Outcome.Deferred.class,
                d -> assertThat(d.status()).hasToString(server.equals(plain) ? "4.7.4" : "4.7.5"));
      }
    }
  }
}
