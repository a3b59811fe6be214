package io.l7.dns.zone;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.spec.Spec;
import io.l7.common.testkit.Conformance;
import io.l7.dns.message.Name;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Unbound's ZONEMD cases, those without a trust anchor: with one, the validator has the first word.
 */
class ZoneDigestTest {
  private final Path folder = Conformance.required("dns").resolve("zonemd");

  private List<String[]> cases(String kind) throws IOException {
    return Files.readAllLines(folder.resolve("cases.tsv")).stream()
        .filter(line -> line.startsWith(kind + "\t"))
        .map(line -> line.split("\t", -1))
        .filter(words -> words[3].equals("-"))
        .toList();
  }

  private Zone zone(String[] words) throws IOException {
    return ZoneFile.load(folder.resolve(words[2]), Name.parse(words[1]), ZoneLimits.defaults());
  }

  @Test
  @Spec("RFC 8976 §3")
  void digestsAreThoseOfTheVectors() throws IOException {
    var cases = cases("digest");
    assertThat(cases).hasSize(7);
    for (String[] words : cases) {
      byte[] digest = ZoneDigest.of(zone(words), Integer.parseInt(words[6])).orElseThrow();
      assertThat(HexFormat.of().formatHex(digest)).as(words[2]).isEqualTo(words[7].strip());
    }
  }

  @Test
  @Spec("RFC 8976 §4")
  void verdictsAreThoseOfTheVectors() throws IOException {
    var cases = cases("verify");
    assertThat(cases).hasSizeGreaterThan(5);
    for (String[] words : cases) {
      assertThat(ZoneDigest.fault(zone(words)).isEmpty())
          .as("%s: %s", words[2], ZoneDigest.fault(zone(words)))
          .isEqualTo(words[7].startsWith("pass"));
    }
  }
}
