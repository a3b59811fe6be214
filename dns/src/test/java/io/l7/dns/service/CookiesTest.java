package io.l7.dns.service;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.spec.Spec;
import java.net.InetAddress;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class CookiesTest {
  private static final HexFormat HEX = HexFormat.of();
  private static final InetAddress CLIENT = InetAddress.ofLiteral("198.51.100.100");
  private static final long THEN = 1_559_731_985;

  private final Cookies cookies = new Cookies(HEX.parseHex("e5e973e5a6b2a43f48e7dc849e37bfcf"));

  @Test
  @Spec("RFC 9018 §A.1")
  void aNewCookieIsThatOfTheStandard() {
    byte[] client = HEX.parseHex("2464c4abcf10c957");
    assertThat(HEX.formatHex(cookies.answer(client, CLIENT, THEN)))
        .isEqualTo("2464c4abcf10c957010000005cf79f111f8130c3eee29480");
  }

  @Test
  @Spec("RFC 9018 §A.4")
  void aCookieOfIpv6IsThatOfTheStandard() {
    var shared = new Cookies(HEX.parseHex("445536bcd2513298075a5d379663c962"));
    byte[] client = HEX.parseHex("22681ab97d52c298");
    InetAddress six = InetAddress.ofLiteral("2001:db8:220:1:59de:d0f4:8769:82b8");
    assertThat(HEX.formatHex(shared.answer(client, six, 1_559_741_961)))
        .isEqualTo("22681ab97d52c298010000005cf7c609a6bb79d16625507a");
  }

  @Test
  @Spec("RFC 9018 §4.3")
  void aCookieCountsForAnHourForItsClientAlone() {
    byte[] cookie = cookies.answer(new byte[8], CLIENT, THEN);
    assertThat(cookies.check(cookie, CLIENT, THEN)).isEqualTo(Cookies.Verdict.GOOD);
    assertThat(cookies.check(cookie, CLIENT, THEN + 3600)).isEqualTo(Cookies.Verdict.GOOD);
    assertThat(cookies.check(cookie, CLIENT, THEN + 3601)).isEqualTo(Cookies.Verdict.UNKNOWN);
    assertThat(cookies.check(cookie, CLIENT, THEN - 301)).isEqualTo(Cookies.Verdict.UNKNOWN);
    InetAddress other = InetAddress.ofLiteral("198.51.100.101");
    assertThat(cookies.check(cookie, other, THEN)).isEqualTo(Cookies.Verdict.UNKNOWN);
    cookie[23] ^= 1;
    assertThat(cookies.check(cookie, CLIENT, THEN)).isEqualTo(Cookies.Verdict.UNKNOWN);
  }

  @Test
  @Spec("RFC 7873 §5.2.2")
  void lengthsThatNoCookieHasAreMalformed() {
    for (int length = 0; length <= 48; length++) {
      boolean right = length == 8 || (length >= 16 && length <= 40);
      assertThat(cookies.check(Arrays.copyOf(new byte[0], length), CLIENT, THEN))
          .as("%s octets", length)
          .isEqualTo(right ? Cookies.Verdict.UNKNOWN : Cookies.Verdict.MALFORMED);
    }
  }
}
