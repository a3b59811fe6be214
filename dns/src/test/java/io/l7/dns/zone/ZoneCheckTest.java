package io.l7.dns.zone;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.dns.message.Name;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ZoneCheckTest {
  @TempDir Path folder;

  private java.util.List<ZoneFault> check(String text) throws IOException {
    Path file = folder.resolve("test.zone");
    Files.writeString(file, text);
    return ZoneCheck.check(file, Name.parse("test."), ZoneLimits.defaults(), Instant.EPOCH);
  }

  private static final String HEAD =
      "$TTL 300\n@ SOA ns1 admin 1 3600 600 86400 60\n@ NS ns1\nns1 A 192.0.2.1\n";

  @ParameterizedTest
  @CsvSource(
      delimiter = '>',
      value = {
        "www CNAME ns1|www A 192.0.2.2 > has a CNAME and other data",
        "www CNAME ns1|www CNAME ns2 > more than one CNAME",
        "d DNAME x.example.|d DNAME y.example. > more than one DNAME",
        "d DNAME x.example.|a.d A 192.0.2.2 > lies below the DNAME",
        "child NS ns.child > which has no address (missing glue)",
        "@ NS ns9 > which has no address",
        "@ NS alias|alias CNAME ns1 > which is a CNAME",
        "@ MX 10 nowhere > which has no address",
        "@ MX 10 alias|alias CNAME ns1 > which is a CNAME",
        "bad_name A 192.0.2.2 > is not a host name",
        "x DS 1 13 2 ABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABAB > DS but no"
            + " NS",
        "other.example. A 192.0.2.2 > lies outside zone",
        "*.w NS ns1 > a wildcard must not be delegated",
      })
  void eachFaultIsFound(String records, String expected) throws IOException {
    var faults = check(HEAD + records.replace('|', '\n') + "\n");
    assertThat(faults).anyMatch(f -> f.what().contains(expected) && f.line() >= 3);
  }

  @Test
  void aSoundZoneHasNoFault() throws IOException {
    assertThat(
            check(
                HEAD
                    + """
                    @ MX 10 mail
                    mail AAAA 2001:db8::1
                    child NS ns.child
                    child NS ns.other.example.
                    ns.child A 192.0.2.3
                    cousin NS ns.child
                    _sip._tcp SRV 0 0 5060 mail
                    * A 192.0.2.5
                    d DNAME elsewhere.example.
                    """))
        .isEmpty();
  }

  @Test
  void aZoneWithoutSoaOrNsIsBroken() throws IOException {
    assertThat(check("$TTL 300\nwww A 192.0.2.1\n")).anyMatch(f -> f.what().contains("no SOA"));
    assertThat(check("$TTL 300\n@ SOA ns1 admin 1 3600 600 86400 60\n"))
        .anyMatch(f -> f.what().contains("no NS"));
  }
}
