package io.l7.dns.zone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.spec.Spec;
import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MasterFileTest {
  private static final Name TEST = Name.parse("test.");
  private static final String HEAD =
      "$TTL 1h\n@ SOA ns1 admin 1 3600 600 86400 60\n@ NS ns1\nns1 A 192.0.2.1\n";

  @TempDir Path folder;

  private Zone load(String text) throws IOException {
    Path file = folder.resolve("test.zone");
    Files.writeString(file, text);
    return ZoneFile.load(file, TEST, ZoneLimits.defaults());
  }

  private List<String> lines(Zone zone) {
    var lines = new ArrayList<String>();
    zone.iterator()
        .forEachRemaining(
            s -> s.records().forEach(r -> lines.add(r.toString().replace('\t', ' '))));
    return lines;
  }

  @Test
  @Spec("RFC 1035 §5.1")
  void originsOwnersTtlsAndParentheses() throws IOException {
    var zone =
        load(
            """
            $TTL 2h30m
            @       IN  SOA ns1 admin (
                          7      ; serial
                          3600 600
                          86400 60 )
                        NS  ns1
            ns1     60  IN A 192.0.2.1
                    IN 120 AAAA 2001:db8::1
            $ORIGIN sub
            a           TXT "semi;colon" ( "two (2)"
                            three )
            b.test. 5   A   192.0.2.2
            """);
    assertThat(lines(zone))
        .contains(
            "test. 9000 IN NS ns1.test.",
            "ns1.test. 60 IN A 192.0.2.1",
            "a.sub.test. 9000 IN TXT \"semi;colon\" \"two (2)\" \"three\"",
            "b.test. 5 IN A 192.0.2.2");
    assertThat(zone.set(Name.parse("ns1.test."), RRType.AAAA).orElseThrow().ttl()).isEqualTo(120);
  }

  @Test
  void generateWritesEachOfItsRange() throws IOException {
    var zone =
        load(
            HEAD
                + """
                $GENERATE 1-5/2 host-${0,3}  A 10.0.0.$
                $GENERATE 9-11 h${-1,2,x} 30 CNAME host-$.example.
                """);
    assertThat(lines(zone))
        .contains(
            "host-001.test. 3600 IN A 10.0.0.1",
            "host-003.test. 3600 IN A 10.0.0.3",
            "host-005.test. 3600 IN A 10.0.0.5",
            "h08.test. 30 IN CNAME host-9.example.",
            "h0a.test. 30 IN CNAME host-11.example.");
  }

  @Test
  void anIncludedFileHasItsOwnOriginAndChangesNothingOutside() throws IOException {
    Files.createDirectory(folder.resolve("parts"));
    Files.writeString(folder.resolve("parts/hosts"), "$ORIGIN deeper\nx A 192.0.2.3\n");
    var zone = load(HEAD + "www A 192.0.2.4\n$INCLUDE parts/hosts in\n AAAA 2001:db8::4\n");
    assertThat(zone.set(Name.parse("x.deeper.in.test."), RRType.A)).isPresent();
    assertThat(zone.set(Name.parse("www.test."), RRType.AAAA)).isPresent();
  }

  @Test
  void anIncludedFileIncludesFromTheZonesFolderToo() throws IOException {
    Files.createDirectory(folder.resolve("parts"));
    Files.writeString(folder.resolve("parts/one"), "$INCLUDE parts/two\n");
    Files.writeString(folder.resolve("parts/two"), "x A 192.0.2.3\ny B 1\n");
    Files.writeString(folder.resolve("parts/three"), "x A 192.0.2.3\n");
    assertThat(load(HEAD + "$INCLUDE parts/three\n").set(Name.parse("x.test."), RRType.A))
        .isPresent();
    assertThatThrownBy(() -> load(HEAD + "$INCLUDE parts/one\n"))
        .hasMessageContaining("two:2: unknown record type: B");
  }

  @Test
  void aDoubledDollarStandsForOneInGenerate() throws IOException {
    var zone = load(HEAD + "$GENERATE 1-2 h$ TXT a$$b\n");
    assertThat(lines(zone)).contains("h1.test. 3600 IN TXT \"a$b\"");
  }

  @Test
  void moreRecordsThanASetCanHoldAreRefused() {
    assertThatThrownBy(
            () ->
                load(
                    HEAD
                        + "$GENERATE 0-40000 www TXT $\n$GENERATE 40001-65535 www TXT $\nother A"
                        + " 192.0.2.1\n"))
        .hasMessageContaining("www.test. has more than 65535 records of type TXT");
  }

  @Test
  void anIncludeOutsideTheZonesFolderIsRefused(@TempDir Path elsewhere) throws IOException {
    Path secret = Files.writeString(elsewhere.resolve("secret"), "x A 192.0.2.3\n");
    assertThatThrownBy(() -> load(HEAD + "$INCLUDE " + secret + "\n"))
        .hasMessageContaining("test.zone:5: $INCLUDE leaves the zone file's folder");
    Files.createSymbolicLink(folder.resolve("link"), secret);
    assertThatThrownBy(() -> load(HEAD + "$INCLUDE link\n"))
        .hasMessageContaining("leaves the zone file's folder");
  }

  @Test
  void aFileThatIncludesItselfEnds() {
    assertThatThrownBy(() -> load(HEAD + "$INCLUDE test.zone\n"))
        .hasMessageContaining("nested deeper than 8");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '>',
      value = {
        "www A 192.0.2.256 > 5: bad address 192.0.2.256",
        "www A 192.0.2 > 5: bad address 192.0.2",
        "www FOO bar > 5: unknown record type: FOO",
        "www CH A 192.0.2.1 > 5: class CH in a zone of class IN",
        "www..x A 192.0.2.1 > 5: label of 0 octets",
        "www A \\# 3 c00002 > 5: bad A data",
        "www NS \\# 2 0000 > 5: bad NS data",
        "www MX \\# 2 000a > 5: bad MX data",
        "www SOA \\# 4 00000000 > 5: bad SOA data",
        "www DS 70000 13 2 aabb > 5: bad DS data",
        "www DS -1 13 2 aabb > 5: bad DS data",
        "www DS 1 300 2 aabb > 5: bad DS data",
        "www DS 1 13 > 5: bad DS data",
        "www DNSKEY 65536 3 13 AAAA > 5: bad DNSKEY data",
        "www DNSKEY 256 3 256 AAAA > 5: bad DNSKEY data",
        "www RRSIG A 13 256 300 20300101000000 20260101000000 1 test. AAAA > 5: bad RRSIG data",
        "www RRSIG A 13 2 300 20300101000000 20260101000000 65536 test. AAAA > 5: bad RRSIG data",
        "www RRSIG A 13 2 5000000000 20300101000000 20260101000000 1 test. AAAA > 5: bad RRSIG"
            + " data",
        "www 99999999999 A 192.0.2.1 > 5: TTL beyond 2147483647",
        "www TXT > 5: missing TXT data",
        "www TXT ( a > 5: parenthesis without end",
        "www TXT a ) > 5: closing parenthesis",
        "www TXT \"a > 5: string without end",
        "$FOO bar > 5: unknown directive $FOO",
        "$GENERATE 1-100000 a$ A 10.0.0.1 > 5: $GENERATE of more than 65536 records",
        "@ SOA ns1 admin 2 3600 600 86400 60 > 5: a second SOA",
        "www OPT 1 > 5: type OPT has no place in a zone",
      })
  void whatIsWrongIsToldWithFileAndLine(String line, String expected) {
    assertThatThrownBy(() -> load(HEAD + line + "\n"))
        .isInstanceOf(BrokenZoneException.class)
        .hasMessageContaining("test.zone:" + expected);
  }

  @ParameterizedTest
  @Spec("RFC 4291 §2.2")
  @CsvSource(
      delimiter = '>',
      value = {
        "2001:db8:0:0:8:800:200c:417a > 20010db80000000000080800200c417a",
        "2001:DB8::8:800:200C:417A > 20010db80000000000080800200c417a",
        "::1 > 00000000000000000000000000000001",
        ":: > 00000000000000000000000000000000",
        "1:: > 00010000000000000000000000000000",
        "1:2:3:4:5:6:7:: > 00010002000300040005000600070000",
        "::ffff:192.0.2.1 > 00000000000000000000ffffc0000201",
        "1:2:3:4:5:6:7:8:9 > bad",
        "1:2:3:4:5:6:7 > bad",
        "1::2::3 > bad",
        "1:::2 > bad",
        ":1:2:3:4:5:6:7:8 > bad",
        "1:2:3:4:5:6:7: > bad",
        "12345::1 > bad",
        "1:2:3:4:5:6:7::8 > bad",
        "g::1 > bad",
      })
  void addressesOfSixteenOctets(String text, String octets) throws IOException {
    String zone = HEAD + "www AAAA " + text + "\n";
    if (octets.equals("bad")) {
      assertThatThrownBy(() -> load(zone)).hasMessageContaining("test.zone:5: bad");
      return;
    }
    var set = load(zone).set(Name.parse("www.test."), RRType.AAAA).orElseThrow();
    assertThat(set.rdata().getFirst().toString()).isEqualTo("\\# 16 " + octets);
  }

  @Test
  void oneReadingFindsAllThatIsWrong() {
    assertThatThrownBy(() -> load(HEAD + "a A x\nb A y\nc A 192.0.2.7\nd FOO\n"))
        .isInstanceOfSatisfying(
            BrokenZoneException.class,
            e -> assertThat(e.faults()).extracting(ZoneFault::line).containsExactly(5, 6, 8));
  }

  @Test
  void whatIsWrittenReadsBackTheSame() throws IOException {
    var zone =
        load(
            HEAD
                + "x TXT \"q\\\"uote\" \"\\000\\255\"\n"
                + "*.w CAA 0 issue \"ca.example\"\n"
                + "\\046a A 192.0.2.9\n");
    Path copy = folder.resolve("copy.zone");
    ZoneFile.write(copy, zone);
    assertThat(lines(ZoneFile.load(copy, TEST, ZoneLimits.defaults()))).isEqualTo(lines(zone));
  }
}
