package io.l7.smtp.tlsrpt;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.spec.Spec;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The record that asks for reports. */
class TlsRptRecordTest {
  private static String uris(String... texts) {
    return TlsRptRecord.uris(Arrays.asList(texts), 4).stream()
        .map(ReportUri::toString)
        .collect(Collectors.joining(" "));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "v=TLSRPTv1;rua=mailto:reports@example.com | mailto:reports@example.com",
        "v=TLSRPTv1; rua=https://reporting.example.com/v1/tlsrpt"
            + " | https://reporting.example.com/v1/tlsrpt",
        "v=TLSRPTv1 ; rua = mailto:a@b.example , https://c.example/x ;"
            + " | mailto:a@b.example https://c.example/x",
        "v=TLSRPTv1; x-more=1; rua=mailto:a+b@c.example?subject=x; | mailto:a+b@c.example",
        "v=TLSRPTv1; rua=mailto:a%21b@c.example | mailto:a!b@c.example",
        "v=TLSRPTv1; rua=ftp://a.example/,mailto:a@b.example | mailto:a@b.example",
      })
  @Spec("RFC 8460 §3")
  void reportsGoWhereTheRecordSays(String record, String uris) {
    assertThat(uris(record)).isEqualTo(uris);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "v=TLSRPTv2; rua=mailto:a@b.example",
        "v=tlsrptv1; rua=mailto:a@b.example",
        " v=TLSRPTv1; rua=mailto:a@b.example",
        "v=TLSRPTv1",
        "v=TLSRPTv1;",
        "v=TLSRPTv1; rua=",
        "v=TLSRPTv1; rua=mailto:",
        "v=TLSRPTv1; rua=http://a.example/",
        "v=TLSRPTv1; rua=https:///",
        "v=TLSRPTv1; rua=mailto:a%0d%0aRCPT@b.example",
        "v=TLSRPTv1; rua=mailto:%22a%0d%0aBcc:%20x%22@b.example",
        "v=TLSRPTv1; rua=mailto:%C3%BC@b.example",
        "v=TLSRPTv1; rua mailto:a@b.example"
      })
  @Spec("RFC 8460 §3")
  void whatIsNoRecordAsksForNothing(String record) {
    assertThat(uris(record)).isEmpty();
  }

  @Test
  @Spec("RFC 8460 §3")
  void twoRecordsAreNoneAndOtherTextsDoNotMatter() {
    var record = "v=TLSRPTv1; rua=mailto:a@b.example";
    assertThat(uris(record, record)).isEmpty();
    assertThat(uris("hello", record)).isEqualTo("mailto:a@b.example");
    assertThat(uris()).isEmpty();
  }

  @Test
  void noMoreAreServedThanTheLimitSays() {
    var all = "v=TLSRPTv1; rua=mailto:a@x,mailto:b@x,mailto:b@x,mailto:c@x";
    assertThat(TlsRptRecord.uris(List.of(all), 2)).hasSize(2).doesNotHaveDuplicates();
  }

  @Test
  @Timeout(value = 20, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void aRecordThatIsMadeToKeepUsBusyDoesNot() {
    var spaces = " ".repeat(60_000);
    assertThat(uris("v=TLSRPTv1; rua=" + spaces + "\u00e9")).isEmpty();
    assertThat(uris("v=TLSRPTv1; rua" + spaces + "\u00e9")).isEmpty();
    assertThat(uris("v=TLSRPTv1" + spaces + "\u00e9")).isEmpty();
    var fields = ";a=b".repeat(15_000);
    assertThat(uris("v=TLSRPTv1" + fields + "\u00e9")).isEmpty();
    assertThat(uris("v=TLSRPTv1" + fields + ";rua=mailto:a@b.example"))
        .isEqualTo("mailto:a@b.example");
  }
}
