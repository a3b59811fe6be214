package io.l7.it.dns;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.dns.message.Name;
import io.l7.dns.zone.ZoneCheck;
import io.l7.dns.zone.ZoneFault;
import io.l7.dns.zone.ZoneLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * {@code zone check} beside named-checkzone and kzonecheck: what one of them refuses is a finding
 * with its line, what both take without a word is none.
 */
@Tag("interop")
@Timeout(120)
class ZoneCheckInteropTest {
  private static final String HEAD =
      """
      $TTL 300
      @ SOA ns1 admin 1 3600 600 86400 60
      @ NS ns1
      ns1 A 192.0.2.1
      """;

  @TempDir Path folder;

  /** One zone a line, the lines behind the head divided by bars. */
  static Stream<String> zones() {
    return """
    www A 192.0.2.2
    www CNAME ns1 | www A 192.0.2.2
    www CNAME ns1 | www CNAME ns2.other.
    d DNAME x.other. | d DNAME y.other.
    d DNAME x.other. | d CNAME y.other.
    d DNAME x.other. | a.d A 192.0.2.2
    child NS ns.child
    child NS ns.child | ns.child A 192.0.2.3
    @ NS ns9
    @ NS alias | alias CNAME ns1
    @ NS x.d | d DNAME y.other.
    @ DS 1 13 2 ABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABAB
    x NS ns1 | x DS 1 13 2 ABAB
    x NS ns1 | x DS 1 13 2 XYZ
    x NS ns1 | x DS 1 13 2 ABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABAB
    *.w NS ns1
    *.w A 192.0.2.5
    @ SOA ns1 admin 2 3600 600 86400 60
    sub SOA ns1 admin 2 3600 600 86400 60
    www A 192.0.2.256
    www A 192.0.2
    www A 192.0.2.2 extra
    www AAAA 1::2::3
    www AAAA 2001:db8::1
    www FOO bar
    www 4294967296 A 192.0.2.2
    aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa A 192.0.2.2
    www..x A 192.0.2.2
    www TXT ( a
    www TXT "a
    www TXT
    www TXT "a" "b;c" (
    www\\300 A 192.0.2.2
    www CH A 192.0.2.2
    @ MX 70000 ns1
    @ MX 10
    @ MX 10 ns1
    _x._tcp SRV 0 0 70000 ns1
    _x._tcp SRV 0 0 443 ns1
    @ CAA 0 issue
    @ CAA 0 issue "ca.example"
    @ CNAME www.other.
    s CNAME ns1 | s HTTPS 1 .
    s HTTPS 1 . alpn=h2
    $INCLUDE nowhere.zone
    $GENERATE 1-3 h$ A 10.0.0.$
    $GENERATE 3-1 h$ A 10.0.0.$
    $TTL 1x
    $BOGUS x
    www A 192.0.2.2 | www A 192.0.2.2
    www A 192.0.2.2 | www TXT x
    child NS ns1 | www.child TXT x
    www 1h30m A 192.0.2.2
    @ TXT "v=spf1 -all"
    www SSHFP 4 2 XYZ
    www TLSA 3 1 1 00
    www NAPTR 1 1 "u" "E2U+sip" "!^.*$!sip:a@b!" .
    1 PTR a.other.
    www RRSIG A 13 2
    """
        .lines();
  }

  @ParameterizedTest
  @MethodSource("zones")
  void itIsAsStrictAsBoth(String records) throws IOException {
    Program.needs("named-checkzone", "kzonecheck");
    Path file =
        Files.writeString(
            folder.resolve("test.zone"), HEAD + records.replaceAll(" *\\| *", "\n") + "\n");
    var bind = Program.run(folder, "named-checkzone", "test", "test.zone");
    var knot = Program.run(folder, "kzonecheck", "-o", "test", "test.zone");
    List<ZoneFault> faults =
        ZoneCheck.check(file, Name.parse("test."), ZoneLimits.defaults(), Instant.EPOCH);
    String all = "BIND: " + bind.output() + "\nKnot: " + knot.output() + "\nhere: " + faults;
    boolean knotKnowsIt = !records.contains("$GENERATE"); // a directive of BIND's
    if (bind.status() != 0 || (knotKnowsIt && knot.status() != 0)) {
      assertThat(faults).as(all).isNotEmpty();
      assertThat(faults).as(all).allMatch(fault -> fault.line() >= 3);
    } else {
      assertThat(faults).as(all).isEmpty();
    }
  }
}
