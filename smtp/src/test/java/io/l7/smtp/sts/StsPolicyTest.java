package io.l7.smtp.sts;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.spec.Spec;
import io.l7.smtp.sts.StsPolicy.Mode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StsPolicyTest {
  @Test
  @Spec("RFC 8461 §3.2")
  void thePolicyOfTheStandardIsRead() {
    var text =
        "version: STSv1\r\nmode: enforce\r\nmx: mail.example.com\r\nmx: *.Example.net\r\n"
            + "mx: backupmx.example.com\r\nmax_age: 604800\r\n";
    var mx = List.of("mail.example.com", "*.example.net", "backupmx.example.com");
    assertThat(StsPolicy.parse(text)).contains(new StsPolicy(Mode.ENFORCE, mx, Duration.ofDays(7)));
  }

  @Test
  @Spec("RFC 8461 §3.2")
  void theFirstOfAFieldCountsAndUnknownOnesDoNot() {
    var text =
        "version: STSv1\n"
            + "mode:testing\n"
            + "mode: enforce\n"
            + "whatever: 7: 8\n"
            + "max_age: 9999999999\n"
            + "mx: a.b\n";
    assertThat(StsPolicy.parse(text))
        .contains(new StsPolicy(Mode.TESTING, List.of("a.b"), Duration.ofHours(8_766)));
    assertThat(StsPolicy.parse("version: STSv1\nmode: none\nmax_age: 86400"))
        .contains(new StsPolicy(Mode.NONE, List.of(), Duration.ofDays(1)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<html>",
        "version: STSv2\nmode: none\nmax_age: 1",
        "mode: none\nmax_age: 1",
        "version: STSv1\nmode: enforced\nmx: a.b\nmax_age: 1",
        "version: STSv1\nmode: enforce\nmax_age: 1",
        "version: STSv1\nmode: enforce\nmx: a.b",
        "version: STSv1\nmode: enforce\nmx: a.b\nmax_age: -1",
        "version: STSv1\nmode: enforce\nmx: a.b\nmax_age: 12345678901",
        "version: STSv1\nmode: enforce\nmx: *.*.b\nmax_age: 1",
        "version: STSv1\nmode: enforce\nmx: a.*.b\nmax_age: 1",
        "version: STSv1\nmode: enforce\nmx: *\nmax_age: 1",
        "version: STSv1\nmode: enforce\nmx: a.b.\nmax_age: 1",
        "version: STSv1\nmode: enforce\nmx: a.b\nmax_age: 1\nand more"
      })
  @Spec("RFC 8461 §3.2")
  void whatIsNoPolicyCountsAsNone(String text) {
    assertThat(StsPolicy.parse(text)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "mx.example.com, mx.example.com, true",
    "mx.example.com, MX.example.COM, true",
    "*.example.com, mx.example.com, true",
    "*.example.com, a.mx.example.com, false",
    "*.example.com, example.com, false",
    "*.example.com, .example.com, false",
    "*.example.com, mx.example.com.evil.example, false",
    "mx.example.com, mx1.example.com, false",
  })
  @Spec("RFC 8461 §4.1")
  void aWildcardStandsForOneLabel(String pattern, String host, boolean named) {
    var policy = new StsPolicy(Mode.ENFORCE, List.of(pattern), Duration.ofDays(1));
    assertThat(policy.names(host)).isEqualTo(named);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "v=STSv1; id=20160831085700Z;",
        "v=STSv1;id=20160831085700Z",
        "v=STSv1 ; x.y=a:b ; id=20160831085700Z ;"
      })
  @Spec("RFC 8461 §3.1")
  void aRecordTellsTheId(String record) {
    assertThat(PolicyRecord.id(List.of("v=spf1 -all", record))).contains("20160831085700Z");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "v=STSv1",
        "v=STSv1;",
        "v=STSv1; id=;",
        "v=STSv1; id=a-b;",
        "v=STSv1; id=aaaaaaaaaabbbbbbbbbbccccccccccddd;",
        "v=STSv1; id=1; =x",
        "id=1; v=STSv1;",
        "v=STSv11; id=1;",
        "v=stsv1; id=1;"
      })
  @Spec("RFC 8461 §3.1")
  void aBrokenRecordTellsNothing(String record) {
    assertThat(PolicyRecord.id(List.of(record))).isEqualTo(Optional.empty());
  }

  @Test
  @Spec("RFC 8461 §3.1")
  void twoRecordsTellNothing() {
    assertThat(PolicyRecord.id(List.of("v=STSv1; id=1;", "v=STSv1; id=1;"))).isEmpty();
  }

  @Test
  void whatIsMadeToKeepUsBusyDoesNot() {
    var labels = "a.".repeat(30_000) + "a";
    assertThat(StsPolicy.parse("version: STSv1\nmode: enforce\nmax_age: 1\nmx: " + labels))
        .isEmpty();
    assertThat(PolicyRecord.id(List.of("v=STSv1" + "; a=b".repeat(12_000) + "; id=1")))
        .contains("1");
  }
}
