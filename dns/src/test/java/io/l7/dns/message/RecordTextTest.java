package io.l7.dns.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.spec.Spec;
import java.net.InetAddress;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RecordTextTest {
  @Test
  @Spec("RFC 5952 §4")
  void addressesOfIpv6HaveOneForm() {
    for (String text :
        List.of(
            "::",
            "::1",
            "2001:db8::1",
            "2001:db8:0:1:1:1:1:1",
            "2001:0:0:1::1",
            "1:2:3:4:5:6:7:8",
            "fe80::")) {
      Rdata data = Rdata.address(InetAddress.ofLiteral(text));
      assertThat(RecordText.print(RRType.AAAA, data)).isEqualTo(text);
    }
  }

  @Test
  @Spec("RFC 1035 §5.1")
  void stringsAreQuotedAndReadBackTheSame() {
    String text = "\"plain\" \"two words\" \"a \\\"quote\\\" and \\\\\" \"\\007\\200\"";
    Rdata data = RecordText.parse(RRType.TXT, text, Name.ROOT);
    assertThat(RecordText.print(RRType.TXT, data)).isEqualTo(text);
    assertThat(RecordText.print(RRType.TXT, Rdata.of(new byte[] {5, 1})))
        .as("broken data in the generic form")
        .isEqualTo("\\# 2 0501");
  }

  @ParameterizedTest
  @CsvSource({
    // an alias form with parameters, which whoever receives it ignores (RFC 9460 §2.4.2)
    "SVCB, 00000362617a000003000200350000",
    "HTTPS, 00000000030002e667",
    // a signer whose name holds parentheses
    "RRSIG, 00010d01000000ff0000010000000001000102282900aabb",
  })
  void whatHasNoPlainFormIsReadAgainAsItWas(String type, String wire) {
    var rdata = Rdata.of(HexFormat.of().parseHex(wire));
    var text = RecordText.print(RRType.parse(type), rdata);
    assertThat(RecordText.parse(RRType.parse(type), text, Name.ROOT)).as(text).isEqualTo(rdata);
  }
}
