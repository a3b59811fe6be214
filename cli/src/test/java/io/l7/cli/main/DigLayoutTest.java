package io.l7.cli.main;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.l7.common.net.Cidr;
import io.l7.common.net.Endpoint;
import io.l7.common.spec.Spec;
import io.l7.common.time.Scheduler;
import io.l7.dns.DnsServer;
import io.l7.dns.authority.AccessList;
import io.l7.dns.authority.HostedZones;
import io.l7.dns.message.Name;
import io.l7.dns.update.UpdatePolicy;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What {@code l7 dns query} prints is what dig prints, which people and scripts read. */
@Timeout(120)
class DigLayoutTest {
  private static final Path DIG = Path.of("/usr/bin/dig");
  private static final String ZONE =
      """
      $TTL 300
      @ SOA ns.example. hostmaster.example. 7 3600 600 86400 60
      @ NS ns
      @ MX 10 mail
      @ CAA 0 issue "ca.example"
      ns A 192.0.2.53
      mail A 192.0.2.25
      www A 192.0.2.80
      www A 192.0.2.81
      www AAAA 2001:db8::80
      a-name-that-is-longer-than-the-column A 192.0.2.1
      alias CNAME www
      old DNAME new
      x.new A 192.0.2.4
      txt TXT "two" "strings with \\"quotes\\""
      _imap._tcp SRV 1 2 143 mail
      _443._tcp.www TLSA 3 1 1 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
      host SSHFP 4 2 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
      svc HTTPS 1 . alpn="h2,http/1.1" ipv4hint=192.0.2.80
      hints HTTPS 1 . ipv4hint=192.0.2.80 ipv6hint=2001:db8::1,::1,2001:db8:1:2:3:4:5:6
      apl APL 1:192.0.2.0/24 !2:2001:db8::/32
      loc LOC 52 22 23.000 N 4 53 32.125 W -2.00m 0.00m 10000m 10m
      *.wild TXT "any"
      odd TYPE65280 \\# 3 010203
      """;

  @TempDir private Path folder;
  private HostedZones zones;
  private DnsServer server;

  @BeforeEach
  void start() throws IOException {
    Path zone = folder.resolve("zone");
    Files.writeString(zone, ZONE);
    Path keys = Files.createDirectories(folder.resolve("keys"));
    zones =
        HostedZones.open(
            new HostedZones.Options(
                List.of(new HostedZones.ZoneSource(Name.parse("example."), zone)),
                List.of(),
                List.of(),
                UpdatePolicy.none(),
                new AccessList(List.of(Cidr.parse("127.0.0.0/8")), Set.of()),
                Optional.empty(),
                Optional.of(keys),
                List.of(),
                Optional.empty(),
                Optional.empty()),
            Scheduler.real());
    server =
        DnsServer.builder()
            .listen(Endpoint.parse("127.0.0.1:0"))
            .authority(zones.authority())
            .start();
  }

  @AfterEach
  void stop() throws Exception {
    server.close();
    zones.close();
  }

  private String ours(List<String> words) {
    var out = new StringWriter();
    var all = new ArrayList<>(List.of("dns", "query", "@127.0.0.1", "-p", port()));
    all.addAll(words);
    Main.run(all.toArray(String[]::new), new PrintWriter(out, true), new PrintWriter(out, true));
    return plain(out.toString());
  }

  private String port() {
    return server.address().getPort() + "";
  }

  private String digs(List<String> words) throws Exception {
    var command = new ArrayList<>(List.of(DIG.toString(), "@127.0.0.1", "-p", port()));
    command.addAll(words);
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return plain(text);
  }

  /** Without what differs from run to run, and without the line that names the program. */
  private String plain(String text) {
    return text.replaceAll("(?m)^; <<>> .*$", "; <<>> PROGRAM")
        .replaceAll("id: \\d+", "id: ID")
        .replaceAll("Query time: \\d+ msec", "Query time: N msec")
        .replaceAll("WHEN: .*", "WHEN: NOW")
        .replaceAll("COOKIE: [0-9a-f]+", "COOKIE: HEX")
        .replace("#" + port(), "#PORT");
  }

  @Test
  void anAnswerHasDigsSectionsAndColumns() {
    assertThat(ours(List.of("+nocookie", "example", "MX")))
        .isEqualTo(
            """

            ; <<>> PROGRAM
            ; (1 server found)
            ;; global options: +cmd
            ;; Got answer:
            ;; ->>HEADER<<- opcode: QUERY, status: NOERROR, id: ID
            ;; flags: qr aa rd; QUERY: 1, ANSWER: 1, AUTHORITY: 0, ADDITIONAL: 2
            ;; WARNING: recursion requested but not available

            ;; OPT PSEUDOSECTION:
            ; EDNS: version: 0, flags:; udp: 1232
            ;; QUESTION SECTION:
            ;example.\t\t\tIN\tMX

            ;; ANSWER SECTION:
            example.\t\t300\tIN\tMX\t10 mail.example.

            ;; ADDITIONAL SECTION:
            mail.example.\t\t300\tIN\tA\t192.0.2.25

            ;; Query time: N msec
            ;; SERVER: 127.0.0.1#PORT(127.0.0.1) (UDP)
            ;; WHEN: NOW
            ;; MSG SIZE  rcvd: 73

            """);
  }

  @Test
  void aDenialHasItsSoaAndShortOutputIsDataAlone() {
    assertThat(ours(List.of("none.example", "A", "+norecurse", "+noedns")))
        .contains(
            """
            ;; ->>HEADER<<- opcode: QUERY, status: NXDOMAIN, id: ID
            ;; flags: qr aa; QUERY: 1, ANSWER: 0, AUTHORITY: 1, ADDITIONAL: 0

            ;; QUESTION SECTION:
            ;none.example.\t\t\tIN\tA

            ;; AUTHORITY SECTION:
            example.\t\t60\tIN\tSOA\tns.example. hostmaster.example. 8 3600 600 86400 60
            """);
    assertThat(ours(List.of("www.example", "+short"))).isEqualTo("192.0.2.80\n192.0.2.81\n");
  }

  @Test
  void addressesAndPlacesAreShortened() {
    assertThat(ours(List.of("hints.example", "HTTPS", "+short")))
        .isEqualTo("1 . ipv4hint=192.0.2.80 ipv6hint=2001:db8::1,::1,2001:db8:1:2:3:4:5:6\n");
    assertThat(ours(List.of("apl.example", "APL", "+short")))
        .isEqualTo("1:192.0.2.0/24 !2:2001:db8::/32\n");
    assertThat(ours(List.of("loc.example", "LOC", "+short")))
        .isEqualTo("52 22 23.000 N 4 53 32.125 W -2.00m 0.00m 10000m 10m\n");
    assertThat(ours(List.of("-x", "192.0.2"))).contains(";2.0.192.in-addr.arpa.\t\tIN\tPTR");
  }

  @Test
  @Spec("RFC 5936 §4.2")
  void aZoneIsTransferredWhole() {
    String zone = ours(List.of("example", "AXFR"));
    assertThat(zone.lines().filter(line -> line.contains("\tSOA\tns.example."))).hasSize(2);
    assertThat(zone).contains("XFR size: ").contains("(messages 1, ");
    assertThat(ours(List.of("elsewhere", "AXFR"))).contains("; Transfer failed");
  }

  @Test
  @Spec("RFC 1995 §4")
  void whatChangedSinceASerialIsPrintedAsItCame() {
    // the file has serial 7; signing it made serial 8
    var steps = ours(List.of("example", "ixfr=7")).lines().filter(l -> l.contains("\tSOA\tns"));
    assertThat(steps.map(line -> line.replaceAll(".*hostmaster.example. (\\d+) .*", "$1")))
        .containsExactly("8", "7", "8", "8");
    assertThat(ours(List.of("example", "ixfr=8"))).contains("XFR size: 1 records");
    assertThat(ours(List.of("example", "ixfr=3")))
        .as("all of it, where the changes are not kept")
        .contains("www.example.\t\t300\tIN\tA\t192.0.2.80");
    assertThat(ours(List.of("elsewhere", "ixfr=3"))).contains("; Transfer failed");
    assertThat(ours(List.of("example", "ixfr=4294967296"))).contains("a serial is 0 to");
  }

  /** Each a line of arguments that both programs take. */
  private static final List<String> QUESTIONS =
      List.of(
          "www.example",
          "www.example A",
          "WWW.example AAAA",
          "example MX",
          "example SOA +norecurse",
          "example NS +noedns",
          "example CAA",
          "example DNSKEY",
          "example DNSKEY +dnssec",
          "www.example A +dnssec",
          "none.example A +dnssec",
          "none.example A",
          "mail.example AAAA",
          "a-name-that-is-longer-than-the-column.example",
          "alias.example A",
          "x.old.example A +dnssec",
          "txt.example TXT",
          "_imap._tcp.example SRV",
          "_443._tcp.www.example TLSA",
          "host.example SSHFP",
          "svc.example HTTPS",
          "hints.example HTTPS",
          "apl.example APL",
          "loc.example LOC",
          "-x 192.0.2",
          "example AXFR",
          "example ixfr=7",
          "example ixfr=8",
          "example ixfr=3",
          "example IXFR=7 +short",
          "elsewhere ixfr=7",
          "elsewhere AXFR",
          "elsewhere AXFR +short",
          "some.wild.example TXT +dnssec",
          "odd.example TYPE65280",
          "www.example A +tcp",
          "www.example A +cd",
          "www.example A +noad",
          "www.example A +bufsize=512 +nocookie",
          "www.elsewhere A",
          "www.example A +short",
          "alias.example A +short",
          "txt.example TXT +short",
          "example DNSKEY +short",
          "www.example A www.example AAAA",
          "-x 192.0.2.80");

  @Test
  @Tag("interop")
  void digPrintsTheSame() throws Exception {
    assumeTrue(Files.isExecutable(DIG), "dig is not installed");
    for (String question : QUESTIONS) {
      List<String> words = List.of(question.split(" ", -1));
      // The order of the records of a set is the server's, and may turn.
      assertThat(ours(words)).as("l7 dns query %s", question).isEqualTo(digs(words));
    }
  }
}
