package io.l7.smtp.tlsrpt;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.crash.CrashDisk;
import io.l7.common.json.Json;
import io.l7.common.metrics.Metrics;
import io.l7.common.spec.Spec;
import io.l7.common.time.VirtualTime;
import io.l7.smtp.address.Mailbox;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is counted, what is reported, when and how often; in virtual time. */
class TlsReportsTest {
  private static final Path FOLDER = Path.of("/store/tls-reports");
  private static final String EDU = "hamburger.edu";
  private static final AppliedPolicy STS =
      new AppliedPolicy(
          AppliedPolicy.Type.STS,
          EDU,
          List.of("version: STSv1", "mode: enforce"),
          List.of("mx.hamburger.edu"));
  private static final Duration DAY = Duration.ofDays(1);

  private record Sent(ReportUri to, TlsReport report, Instant at) {}

  private CrashDisk disk = new CrashDisk();
  private final VirtualTime time = new VirtualTime();
  private final Map<String, String> records = new ConcurrentHashMap<>();
  private final List<Sent> sent = new CopyOnWriteArrayList<>();
  private final Metrics metrics = new Metrics();
  private TlsRptLimits limits = TlsRptLimits.defaults();
  private boolean dnsIsSilent;
  private boolean webIsDown;
  private Runnable onPost = () -> {};
  private TlsReports reports;

  @BeforeEach
  void start() throws IOException {
    ReportAddresses addresses =
        domain -> {
          if (dnsIsSilent) {
            throw new IOException("SERVFAIL");
          }
          return Optional.ofNullable(records.get(domain)).stream().toList();
        };
    var courier =
        new ReportCourier() {
          @Override
          public void mail(ReportUri.Mail to, TlsReport report) {
            sent.add(new Sent(to, report, time.now()));
          }

          @Override
          public void post(ReportUri.Https to, TlsReport report) throws IOException {
            onPost.run();
            if (webIsDown) {
              throw new IOException("503");
            }
            sent.add(new Sent(to, report, time.now()));
          }
        };
    reports =
        new TlsReports(
            new TlsReports.Reporter("mx.crepes.fr", Mailbox.of("tls@crepes.fr")),
            new TlsReports.Ports(
                addresses, courier, disk, FOLDER, time, new SplittableRandom(7), metrics),
            limits);
  }

  @AfterEach
  void stop() {
    reports.close();
  }

  private void restart() throws IOException {
    reports.close();
    start();
  }

  private static SessionFailure failure(ResultType type, String host) {
    return new SessionFailure(
        type, host, Optional.of("192.0.2.1"), Optional.of("192.0.2.2"), "because");
  }

  private void wanted(String uris) {
    records.put(EDU, "v=TLSRPTv1; rua=" + uris);
  }

  private Instant midnight() {
    return DayTally.day(time.now()).plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
  }

  @Test
  @Spec({"RFC 8460 §4.1", "RFC 8460 §4.4"})
  void aDayIsReportedBehindItsEndAsTheStandardHasIt() {
    wanted("mailto:tls@hamburger.edu");
    for (var i = 0; i < 3; i++) {
      reports.succeeded(EDU, STS);
      reports.failed(EDU, STS, failure(ResultType.CERTIFICATE_EXPIRED, "mx.hamburger.edu"));
    }
    reports.failed(EDU, STS, failure(ResultType.STARTTLS_NOT_SUPPORTED, "mx2.hamburger.edu"));
    reports.succeeded(EDU, AppliedPolicy.none(EDU));
    var day = DayTally.day(time.now());
    var midnight = midnight();
    time.advance(Duration.between(time.now(), midnight).minusSeconds(1));
    assertThat(sent).isEmpty();
    time.advance(Duration.ofHours(5));
    assertThat(sent).hasSize(1);
    var got = sent.getFirst();
    assertThat(got.to()).hasToString("mailto:tls@hamburger.edu");
    assertThat(got.at()).isBetween(midnight, midnight.plus(Duration.ofHours(5)));
    var expected =
        """
        {"organization-name": "mx.crepes.fr",
         "date-range": {"start-datetime": "DAYT00:00:00Z", "end-datetime": "DAYT23:59:59Z"},
         "contact-info": "tls@crepes.fr",
         "report-id": "DAY.hamburger.edu@mx.crepes.fr",
         "policies": [
          {"policy": {"policy-type": "sts", "policy-string": ["version: STSv1", "mode: enforce"],
            "policy-domain": "hamburger.edu", "mx-host": ["mx.hamburger.edu"]},
           "summary": {"total-successful-session-count": 3, "total-failure-session-count": 4},
           "failure-details": [
            {"result-type": "certificate-expired", "sending-mta-ip": "192.0.2.1",
             "receiving-mx-hostname": "mx.hamburger.edu", "receiving-ip": "192.0.2.2",
             "failed-session-count": 3, "failure-reason-code": "because"},
            {"result-type": "starttls-not-supported", "sending-mta-ip": "192.0.2.1",
             "receiving-mx-hostname": "mx2.hamburger.edu", "receiving-ip": "192.0.2.2",
             "failed-session-count": 1, "failure-reason-code": "because"}]},
          {"policy": {"policy-type": "no-policy-found", "policy-string": [],
            "policy-domain": "hamburger.edu"},
           "summary": {"total-successful-session-count": 1, "total-failure-session-count": 0}}]}
        """;
    assertThat(got.report().json()).isEqualTo(Json.parse(expected.replace("DAY", day.toString())));
    time.advance(DAY.multipliedBy(3));
    assertThat(sent).hasSize(1);
  }

  @Test
  @Spec("RFC 8460 §4.1")
  void reportsAreSpreadOverHoursAndEachDomainGetsItsOwn() {
    for (var i = 0; i < 50; i++) {
      records.put("d" + i + ".example", "v=TLSRPTv1; rua=mailto:x@d" + i + ".example");
      reports.succeeded("d" + i + ".example", AppliedPolicy.none("d" + i + ".example"));
    }
    var midnight = midnight();
    time.advance(DAY.plusHours(5));
    assertThat(sent).hasSize(50);
    assertThat(sent).extracting(s -> s.report().domain()).doesNotHaveDuplicates();
    assertThat(sent.stream().map(Sent::at).distinct().count()).isGreaterThan(20);
    assertThat(sent)
        .allSatisfy(
            s -> assertThat(s.at()).isBetween(midnight, midnight.plus(Duration.ofMinutes(245))));
  }

  @Test
  @Spec("RFC 8460 §3")
  void whoDoesNotAskForReportsGetsNone() {
    reports.succeeded(EDU, STS);
    time.advance(DAY.multipliedBy(2));
    wanted("mailto:tls@hamburger.edu");
    time.advance(DAY.multipliedBy(2));
    assertThat(sent).isEmpty();
    assertThat(metrics.scrape()).contains("l7_smtp_tls_reports_total{result=\"unwanted\"} 1");
  }

  @Test
  void countsSurviveARestartAndAPowerCutButForTheLastMinutes() throws IOException {
    wanted("mailto:tls@hamburger.edu");
    reports.succeeded(EDU, STS);
    restart();
    reports.succeeded(EDU, STS);
    time.advance(Duration.ofMinutes(6));
    var file = FOLDER.resolve(DayTally.day(time.now()) + ".json");
    var end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    while (!new String(disk.readAll(file, 1 << 20), StandardCharsets.UTF_8)
        .contains("\"total-successful-session-count\":2")) {
      assertThat(System.nanoTime()).as("still not written").isLessThan(end);
      LockSupport.parkNanos(1_000_000);
    }
    reports.succeeded(EDU, STS);
    var cut = disk.afterPowerCut();
    reports.close();
    disk = cut;
    start();
    time.advance(DAY.plusHours(5));
    assertThat(sent).hasSize(1);
    var summary = sent.getFirst().report().policies().elements().getFirst().at("summary");
    assertThat(summary.at("total-successful-session-count").longValue()).isEqualTo(2);
  }

  @Test
  void aDayThatEndedWhileWeWereDownIsReportedOnce() throws IOException {
    wanted("mailto:tls@hamburger.edu");
    reports.succeeded(EDU, STS);
    reports.close();
    time.advance(DAY.plusHours(2));
    start();
    time.advance(Duration.ofHours(5));
    assertThat(sent).hasSize(1);
    restart();
    time.advance(DAY.multipliedBy(2));
    assertThat(sent).hasSize(1);
    reports.close();
    assertThat(disk.list(FOLDER)).isEmpty();
  }

  @Test
  @Spec("RFC 8460 §5.5")
  void whatIsNotTakenIsTriedAgainEachHourWhereItFailedForADay() throws IOException {
    wanted("mailto:tls@hamburger.edu,https://hamburger.edu/tls");
    webIsDown = true;
    reports.succeeded(EDU, STS);
    time.advance(DAY.plusHours(10));
    assertThat(sent).hasSize(1);
    restart();
    time.advance(Duration.ofHours(5));
    webIsDown = false;
    time.advance(Duration.ofHours(5));
    assertThat(sent)
        .extracting(s -> s.to().toString())
        .containsExactly("mailto:tls@hamburger.edu", "https://hamburger.edu/tls");
    webIsDown = true;
    reports.succeeded(EDU, STS);
    time.advance(DAY.multipliedBy(3));
    webIsDown = false;
    time.advance(DAY.multipliedBy(3));
    assertThat(sent).hasSize(3);
    assertThat(metrics.scrape()).contains("l7_smtp_tls_reports_total{result=\"given_up\"} 1");
  }

  @Test
  void whatWasSentBeforeAStopInTheMiddleIsNotSentAgain() throws IOException {
    wanted("mailto:tls@hamburger.edu,https://hamburger.edu/tls");
    reports.succeeded(EDU, STS);
    webIsDown = true;
    onPost = () -> reports.close();
    time.advance(DAY.plusHours(5));
    assertThat(sent).hasSize(1);
    onPost = () -> {};
    webIsDown = false;
    start();
    time.advance(Duration.ofHours(5));
    assertThat(sent)
        .extracting(s -> s.to().toString())
        .containsExactly("mailto:tls@hamburger.edu", "https://hamburger.edu/tls");
  }

  @Test
  @Spec({"RFC 8460 §4.4", "RFC 8460 §5.1"})
  void reportsOfTwoServersWithOneContactAreToldApart() {
    var contact = Mailbox.of("tls@crepes.fr");
    var day = LocalDate.of(2026, 11, 22);
    var one = new TlsReport("mx1.crepes.fr", contact, day, EDU, Json.array(List.of()));
    var two = new TlsReport("mx2.crepes.fr", contact, day, EDU, Json.array(List.of()));
    assertThat(one.id()).isNotEqualTo(two.id());
    assertThat(one.fileName())
        .isNotEqualTo(two.fileName())
        .matches("crepes\\.fr!hamburger\\.edu!1795305600!1795391999![0-9a-f]{1,8}\\.json\\.gz");
  }

  @Test
  void aNameServerThatIsSilentAtNightCostsNoReport() {
    wanted("mailto:tls@hamburger.edu");
    reports.succeeded(EDU, STS);
    dnsIsSilent = true;
    time.advance(DAY.plusHours(6));
    dnsIsSilent = false;
    time.advance(Duration.ofHours(2));
    assertThat(sent).hasSize(1);
  }

  @Test
  void soMuchIsCountedAndNoMore() throws IOException {
    reports.close();
    limits = limits.counted(10, 5);
    start();
    for (var i = 0; i < 20; i++) {
      var domain = "d" + i + ".example";
      records.put(domain, "v=TLSRPTv1; rua=mailto:x@y.example");
      for (var host = 0; host < 20; host++) {
        reports.failed(
            domain,
            AppliedPolicy.none(domain),
            failure(ResultType.CERTIFICATE_EXPIRED, "mx" + host + "." + domain));
        reports.succeeded(
            domain,
            new AppliedPolicy(
                AppliedPolicy.Type.STS,
                domain,
                IntStream.range(0, 1_000).mapToObj(n -> "mx: some.host." + n).toList(),
                List.of("*." + host)));
      }
    }
    time.advance(DAY.plusHours(5));
    assertThat(sent).hasSize(10);
    for (var one : sent) {
      var policies = one.report().policies().elements();
      assertThat(policies).hasSize(limits.policies());
      assertThat(policies.getFirst().at("failure-details").elements()).hasSize(6);
      assertThat(policies.getFirst().at("summary").at("total-failure-session-count").longValue())
          .isEqualTo(20);
      assertThat(one.report().json().toString()).hasSizeLessThan(10_000);
    }
    assertThat(metrics.scrape()).contains("l7_smtp_tls_sessions_total{result=\"uncounted\"}");
  }

  @Test
  void aSessionThatEndsAfterUsHarmsNobody() {
    reports.close();
    time.advance(DAY);
    reports.succeeded(EDU, STS);
    reports.close();
    assertThat(sent).isEmpty();
  }

  @Test
  void aFileThatHoldsNoCountsHarmsNobody() throws IOException {
    reports.succeeded(EDU, STS);
    reports.close();
    var other = "{\"day\":\"2001-01-01\",\"domains\":[]}".getBytes(StandardCharsets.UTF_8);
    disk.replace(FOLDER.resolve("2001-01-02.json"), other);
    disk.replace(FOLDER.resolve("2001-01-03.json"), new byte[] {1});
    disk.replace(FOLDER.resolve("README"), other);
    start();
    wanted("mailto:tls@hamburger.edu");
    time.advance(DAY.plusHours(5));
    assertThat(sent).hasSize(1);
  }

  @Test
  @Spec({"RFC 8460 §5.1", "RFC 8460 §5.3"})
  void aReportByMailSaysWhatItIsInItsHeader() {
    wanted("mailto:tls@hamburger.edu");
    reports.succeeded(EDU, STS);
    time.advance(DAY.plusHours(5));
    var report = sent.getFirst().report();
    var mail =
        new String(
            ReportMail.compose(report, Mailbox.of("tls@hamburger.edu"), time.now()),
            StandardCharsets.US_ASCII);
    var day = report.day();
    var begin = day.atStartOfDay(ZoneOffset.UTC).toEpochSecond();
    assertThat(mail)
        .contains("From: <tls@crepes.fr>\r\n")
        .contains("TLS-Report-Domain: hamburger.edu\r\nTLS-Report-Submitter: crepes.fr\r\n")
        .contains(
            "Subject: Report Domain: hamburger.edu\r\n Submitter: crepes.fr\r\n Report-ID: <%s>"
                .formatted(report.id()))
        .contains("Content-Type: multipart/report; report-type=\"tlsrpt\";\r\n")
        .contains("Content-Type: application/tlsrpt+gzip\r\n")
        .contains("filename=\"crepes.fr!hamburger.edu!%d!%d!".formatted(begin, begin + 86_399));
    assertThat(mail.lines()).allSatisfy(line -> assertThat(line).hasSizeLessThan(998));
  }
}
