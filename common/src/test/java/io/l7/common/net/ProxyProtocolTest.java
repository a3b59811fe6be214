package io.l7.common.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.framing.Splits;
import io.l7.common.framing.WireException;
import io.l7.common.framing.WireReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProxyProtocolTest {
  private static WireReader reader(byte[] octets) {
    return new WireReader(new ByteArrayInputStream(octets));
  }

  private static WireReader reader(String text) {
    return reader(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  @ParameterizedTest
  @CsvSource({
    "PROXY TCP4 192.0.2.1 192.0.2.2 56324 443, 192.0.2.1:56324",
    "PROXY TCP6 2001:db8::1 2001:db8::2 56324 443, [2001:db8::1]:56324",
  })
  void versionOneNamesTheClient(String header, String client) throws IOException {
    for (var in : Splits.of(Splits.octets(header + "\r\nGET /"))) {
      assertThat(ProxyProtocol.parse(in).map(Endpoint::of).map(Endpoint::toString))
          .contains(client);
      assertThat(in.peek()).isEqualTo('G');
    }
  }

  @Test
  void versionTwoNamesTheClientAndSkipsWhatItDoesNotKnow() throws IOException {
    var header =
        "0d0a0d0a000d0a515549540a"
            + "2111"
            + "0010"
            + "c0000201"
            + "c0000202"
            + "dc04"
            + "01bb"
            + "04000100";
    for (var in : Splits.of(HexFormat.of().parseHex(header + "47"))) {
      assertThat(ProxyProtocol.parse(in).map(Endpoint::of).map(Endpoint::toString))
          .contains("192.0.2.1:56324");
      assertThat(in.peek()).isEqualTo('G');
    }
    assertThat(
            ProxyProtocol.parse(
                reader(HexFormat.of().parseHex("0d0a0d0a000d0a515549540a20000000"))))
        .isEmpty();
    assertThat(ProxyProtocol.parse(reader("PROXY UNKNOWN\r\n"))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\r\n",
        "PROXY TCP4 1.2.3.4\r\n",
        "PROXY TCP4 evil.example 1.2.3.4 1 2\r\n",
        "PROXY TCP4 ::1 ::1 1 2\r\n",
        "PROXY TCP4 1.2.3.4 1.2.3.4 99999 2\r\n",
        "PROXY TCP4 1.2.3.4 1.2.3.4 +1 2\r\n",
        "PROXY TCP4 1.2.3.4 nowhere 1 2\r\n",
        "PROXY TCP4 999.1.1.1 1.2.3.4 1 2\r\n",
        "PROXY TCP4 1.2.3 1.2.3.4 1 2\r\n",
        "PROXY TCP6 fe80::1%lo ::1 1 2\r\n",
        "PROXY TCP4 1.2.3.4 1.2.3.4 1 2\n",
        "P"
      })
  void anythingElseFromATrustedProxyIsRefused(String header) {
    assertThatThrownBy(() -> ProxyProtocol.parse(reader(header))).isInstanceOf(WireException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.0/8, 10.1.2.3, true",
    "10.0.0.0/8, 11.1.2.3, false",
    "192.0.2.128/25, 192.0.2.127, false",
    "::1, ::1, true",
    "0.0.0.0/0, 1.2.3.4, true",
    "127.0.0.0/8, ::1, false",
    "2001:db8::/33, 2001:db8:8000::, false"
  })
  void blocksOfAddressesContainWhatTheySay(String block, String address, boolean contains)
      throws IOException {
    assertThat(Cidr.parse(block).contains(java.net.InetAddress.ofLiteral(address)))
        .isEqualTo(contains);
  }
}
