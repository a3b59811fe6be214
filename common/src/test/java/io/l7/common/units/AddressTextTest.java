package io.l7.common.units;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.net.Endpoint;
import io.l7.common.spec.Spec;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressTextTest {
  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, 127.0.0.1",
    "::, ::",
    "::1, ::1",
    "2001:DB8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
    "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
    "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
    "fe80::1:0, fe80::1:0"
  })
  @Spec("RFC 5952 §4")
  void anAddressHasOneText(String typed, String text) {
    assertThat(AddressText.of(InetAddress.ofLiteral(typed))).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"127.0.0.1:53", "[::1]:53", "[2001:db8::1]:8080", "[::]:0"})
  void anEndpointThatWasTypedIsPrintedTheSameWhenItListens(String typed) throws Exception {
    InetSocketAddress bound = Endpoint.parse(typed).toSocketAddress();
    assertThat(Endpoint.of(bound)).hasToString(typed);
  }
}
