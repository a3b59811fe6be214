package io.l7.dns.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.spec.Spec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NameTest {
  @Test
  void namesAreEqualWhateverTheirLetterCase() {
    assertThat(Name.parse("WwW.Example."))
        .isEqualTo(Name.parse("www.example"))
        .hasSameHashCodeAs(Name.parse("www.example"));
    assertThat(Name.parse("WwW.Example.").equalsExactly(Name.parse("www.example."))).isFalse();
  }

  @Test
  void escapesSurviveTheRoundTrip() {
    Name odd = Name.parse("a\\.b\\032\\255.c\\\\d.");
    assertThat(odd.labels()).isEqualTo(2);
    assertThat(Name.parse(odd.toString())).isEqualTo(odd);
  }

  @Test
  void theCanonicalOrderIsThatOfTheStandardsExample() {
    // RFC 4034 §6.1
    List<Name> ordered =
        List.of(
                "example",
                "a.example",
                "yljkjljk.a.example",
                "Z.a.example",
                "zABC.a.EXAMPLE",
                "z.example",
                "\\001.z.example",
                "*.z.example",
                "\\200.z.example")
            .stream()
            .map(Name::parse)
            .toList();
    var shuffled = new ArrayList<>(ordered);
    Collections.reverse(shuffled);
    Collections.sort(shuffled);
    assertThat(shuffled).isEqualTo(ordered);
  }

  @Test
  void aNameBelowIsToldFromOneThatOnlyLooksAlike() {
    Name zone = Name.parse("example.com");
    assertThat(Name.parse("www.EXAMPLE.com").isBelow(zone)).isTrue();
    assertThat(zone.isSubdomainOf(zone)).isTrue();
    assertThat(zone.isBelow(zone)).isFalse();
    assertThat(Name.parse("badexample.com").isSubdomainOf(zone)).isFalse();
    assertThat(zone.isSubdomainOf(Name.ROOT)).isTrue();
    assertThat(Name.parse("a.b.example.com").commonLabels(Name.parse("c.b.example.com")))
        .isEqualTo(3);
  }

  @Test
  void aDnameReplacesTheEndingAndRefusesWhatGetsTooLong() {
    Name from = Name.parse("old.example");
    assertThat(Name.parse("a.b.old.example").replaceEnding(from, Name.parse("new.test")))
        .isEqualTo(Name.parse("a.b.new.test"));
    Name longName =
        Name.parse("x".repeat(60) + "." + "y".repeat(60) + "." + "z".repeat(60) + ".old.example");
    Name longTarget = Name.parse("t".repeat(60) + "." + "u".repeat(60));
    assertThatThrownBy(() -> longName.replaceEnding(from, longTarget))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void limitsOfLabelAndNameAreKept() {
    assertThatThrownBy(() -> Name.parse("x".repeat(64)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Name.parse("a..b")).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Name.parse(("x".repeat(63) + ".").repeat(4)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @Spec("RFC 1035 §5.1")
  @ValueSource(
      strings = {
        "a\\",
        "a\\1",
        "a\\12",
        "a\\256",
        "\u0142",
        "\\\u0142",
        "a.\\\u0142b",
        "\\." + "." + ".a"
      })
  void whatIsNoOctetIsRefused(String text) {
    assertThatThrownBy(() -> Name.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
