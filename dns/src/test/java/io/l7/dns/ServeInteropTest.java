package io.l7.dns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.l7.common.net.Endpoint;
import io.l7.common.time.Scheduler;
import io.l7.common.tls.TlsIdentity;
import io.l7.dns.authority.AccessList;
import io.l7.dns.authority.HostedZones;
import io.l7.dns.message.Name;
import io.l7.dns.message.RecordText;
import io.l7.dns.message.ResourceRecord;
import io.l7.dns.resolver.Feature;
import io.l7.dns.update.UpdatePolicy;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Other people's clients against the resolver over a signed hierarchy of two zones. */
@Tag("interop")
@Timeout(120)
class ServeInteropTest {
  private static final Endpoint ANY = Endpoint.parse("127.0.0.1:0");
  private static final String HEAD =
      "$TTL 300\n@ SOA ns hostmaster 1 3600 600 86400 300\n@ NS ns\nns A 127.0.0.1\n";

  @TempDir private Path folder;
  private final List<AutoCloseable> open = new ArrayList<>();
  private DnsServer server;
  private int port;

  @BeforeEach
  void start() throws Exception {
    Path zone = folder.resolve("zone");
    Files.writeString(
        zone,
        HEAD
            + "www A 192.0.2.1\n"
            + "www AAAA 2001:db8::1\n"
            + "here A 127.0.0.1\n"
            + "alias CNAME www\n"
            + "txt TXT \"two words\"\n");
    var options =
        new HostedZones.Options(
            List.of(new HostedZones.ZoneSource(Name.parse("example."), zone)),
            List.of(),
            List.of(),
            UpdatePolicy.none(),
            AccessList.nobody(),
            Optional.empty(),
            Optional.of(folder.resolve("keys")),
            List.of(),
            Optional.empty(),
            Optional.empty());
    Files.createDirectories(folder.resolve("keys"));
    var zones = HostedZones.open(options, Scheduler.real());
    open.add(zones);
    var authority = DnsServer.builder().listen(ANY).authority(zones.authority()).start();
    open.add(authority);
    var resolver =
        Resolver.builder()
            .rootHints(
                List.of(record(". 3600 NS a.invalid."), record("a.invalid. 3600 A 127.0.0.1")))
            .with(Feature.LOOPBACK_SERVERS)
            .trustAnchor(anchors())
            .stub(Name.parse("example."), Endpoint.of(authority.address()))
            .build();
    open.add(resolver);
    var identity = TlsIdentity.selfSigned("localhost", "127.0.0.1");
    server =
        DnsServer.builder()
            .listen(ANY)
            .dot(ANY, identity)
            .doh(ANY, identity)
            .recursive(resolver)
            .start();
    open.add(server);
    port = server.address().getPort();
  }

  private List<ResourceRecord> anchors() throws IOException {
    try (Stream<Path> files = Files.list(folder.resolve("keys"))) {
      var records = new ArrayList<ResourceRecord>();
      for (Path file : files.filter(path -> path.toString().endsWith(".key")).toList()) {
        for (String line : Files.readAllLines(file)) {
          if (line.contains("DNSKEY") && line.contains(" 257 ") && !line.startsWith(";")) {
            records.add(record(line));
          }
        }
      }
      return records;
    }
  }

  private static ResourceRecord record(String line) {
    return RecordText.parseRecord(line, Name.ROOT, 3600);
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable each : open.reversed()) {
      each.close();
    }
  }

  private static String run(String... command) throws Exception {
    boolean installed =
        Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
            .anyMatch(path -> Files.isExecutable(Path.of(path, command[0])));
    assumeTrue(installed, command[0] + " is not installed");
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return output;
  }

  @Test
  void digGetsAnAuthenticAnswer() throws Exception {
    assertThat(run("dig", "@127.0.0.1", "-p", port + "", "alias.example", "AAAA", "+dnssec"))
        .contains("status: NOERROR", " ad;", "CNAME\twww.example.", "AAAA\t2001:db8::1", "RRSIG")
        .containsPattern("COOKIE: \\w+ \\(good\\)")
        .doesNotContain("WARNING");
    assertThat(run("dig", "@127.0.0.1", "-p", port + "", "none.example", "+tcp"))
        .contains("status: NXDOMAIN", "(TCP)");
    assertThat(run("dig", "@127.0.0.1", "-p", port + "", "www.example", "ANY"))
        .contains("HINFO\t\"RFC8482\"");
  }

  @Test
  void delvValidatesWhatItGets() throws Exception {
    String key = anchors().getFirst().toString().split("\t", -1)[4];
    String[] parts = key.split(" ", 4);
    Path anchor = folder.resolve("anchor.conf");
    Files.writeString(
        anchor,
        "trust-anchors { example. static-key "
            + String.join(" ", parts[0], parts[1], parts[2])
            + " \""
            + parts[3].replace(" ", "")
            + "\"; };\n");
    assertThat(
            run(
                "delv",
                "@127.0.0.1",
                "-p",
                port + "",
                "-a",
                anchor.toString(),
                "+root=example.",
                "www.example",
                "A"))
        .contains("; fully validated", "192.0.2.1");
  }

  @Test
  void kdigAsksOverUdpTcpAndTls() throws Exception {
    assertThat(run("kdig", "@127.0.0.1", "-p", port + "", "www.example", "+short"))
        .isEqualTo("192.0.2.1\n");
    assertThat(run("kdig", "@127.0.0.1", "-p", port + "", "www.example", "+tcp", "+short"))
        .isEqualTo("192.0.2.1\n");
    int dot = server.dotAddresses().getFirst().getPort();
    assertThat(run("kdig", "@127.0.0.1", "-p", dot + "", "+tls", "www.example", "+padding"))
        .contains("TLS session", "192.0.2.1", "PADDING");
  }

  @Test
  void curlAsksOverHttps() throws Exception {
    int doh = server.dohAddresses().getFirst().getPort();
    String query = "AAABAAABAAAAAAAAA3d3dwdleGFtcGxlAAABAAE";
    assertThat(
            run(
                "curl",
                "-sk",
                "-o",
                "/dev/null",
                "-w",
                "%{http_code} %{content_type}",
                "https://127.0.0.1:" + doh + "/dns-query?dns=" + query))
        .isEqualTo("200 application/dns-message");
  }

  @Test
  void curlFindsAHostOverHttps() throws Exception {
    int doh = server.dohAddresses().getFirst().getPort();
    // The name is known to our resolver alone; the page behind it is our own "not found".
    assertThat(
            run(
                "curl",
                "-sk",
                "--doh-insecure",
                "--doh-url",
                "https://127.0.0.1:" + doh + "/dns-query",
                "-o",
                "/dev/null",
                "-w",
                "%{remote_ip} %{http_code}",
                "https://here.example:" + doh + "/"))
        .isEqualTo("127.0.0.1 404");
  }

  @Test
  void drillChasesTheAnswer() throws Exception {
    assertThat(run("drill", "-p", port + "", "@127.0.0.1", "www.example", "A"))
        .contains("rcode: NOERROR", "192.0.2.1");
  }

  @Test
  void dnsperfLosesNothing() throws Exception {
    Path queries = folder.resolve("queries");
    Files.writeString(queries, "www.example A\nalias.example AAAA\nnone.example A\n");
    assertThat(
            run(
                "dnsperf",
                "-s",
                "127.0.0.1",
                "-p",
                port + "",
                "-d",
                queries.toString(),
                "-n",
                "2000",
                "-q",
                "50"))
        .containsPattern("Queries completed: +6000")
        .containsPattern("Queries lost: +0")
        .containsPattern("NXDOMAIN 2000");
  }
}
