package io.l7.common.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AddressLiteralTest {
  @ParameterizedTest
  @CsvSource({
    "192.0.2.1, 192.0.2.1",
    "2001:db8::1, 2001:db8:0:0:0:0:0:1",
    "[2001:db8::1], 2001:db8:0:0:0:0:0:1",
    "127.1, 127.0.0.1",
    "2130706433, 127.0.0.1",
    "[::ffff:127.0.0.1], 127.0.0.1",
  })
  void anAddressIsReadInEachFormThatASocketTakes(String text, String address) {
    assertThat(AddressLiteral.of(text)).map(InetAddress::getHostAddress).contains(address);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "example", "1.2.3.4.5", "1.2.3.256", "a:b", "[]", "[::1", "::1]", "::1%no"})
  void whatIsNoAddressIsNone(String text) {
    assertThat(AddressLiteral.of(text)).isEmpty();
  }

  @Test
  void nobodyButTheGivenResolverIsAskedAboutWhatOnlyLooksLikeAnAddress() {
    var asked = new ArrayList<String>();
    var dialer =
        Dialer.over(new MemoryNetwork())
            .names(
                host -> {
                  asked.add(host);
                  throw new UnknownHostException(host);
                });

    assertThatThrownBy(() -> dialer.dial(Endpoint.parse("1.2.3.4.5:80")))
        .isInstanceOf(UnknownHostException.class);
    assertThat(asked).isEqualTo(List.of("1.2.3.4.5"));
  }
}
