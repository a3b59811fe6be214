package io.l7.smtp.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.spec.Spec;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MailboxTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "bob@hamburger.edu",
        "\"quoted string\"@x.example",
        "\"a\\\"b\"@x.example",
        "o'brien+tag@x.example",
        "a@[192.0.2.1]",
        "a@[IPv6:2001:db8::1]",
        "用户@例え.jp",
        "\u760d@x.example"
      })
  @Spec("RFC 5321 §4.1.2")
  void anAddressIsReadAndWrittenAsItWas(String text) throws AddressSyntaxException {
    assertThat(Mailbox.parse(text).toString()).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "bob",
        "@x.example",
        "bob@",
        "a..b@x.example",
        ".a@x.example",
        "a.@x.example",
        "a b@x.example",
        "a@x_y.example",
        "a@-x.example",
        "a@x.example.",
        "a@xn---",
        "a@xn--abc-",
        "a@xn--99999999999",
        "a@\u00ad.example",
        "a@[300.1.1.1]",
        "a@[IPv6:::1::2]",
        "a@x.example\r\nRCPT TO:<b@y>",
        "a\u0000@x.example",
        "a\u0085@x.example",
        "a\u2028@x.example",
        "a\ud800@x.example",
        "a\uffff@x.example",
        "\"a\r\nb\"@x.example",
        "\"a@x.example"
      })
  void whatIsNoAddressOrWouldBreakALineIsRefused(String text) {
    assertThatThrownBy(() -> Mailbox.parse(text)).isInstanceOf(AddressSyntaxException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"xn--strae-oqa.de", "xn--e28h.ws", "xn--nxasmm1c.com", "XN--MNCHEN-3YA.de"})
  @Spec("RFC 5890 §2.3.2.1")
  void aNameThatTheRulesOf2003DoNotKnowIsANameAllTheSame(String domain)
      throws AddressSyntaxException {
    assertThat(Mailbox.parse("a@" + domain).canonicalDomain())
        .isEqualTo(domain.toLowerCase(Locale.ROOT));
  }

  @ParameterizedTest
  @CsvSource({
    "straße.de, xn--strae-oqa.de",
    "STRAẞE.de, xn--strae-oqa.de",
    "βόλος.com, xn--nxasmm1c.com",
    "ΒΌΛΟΣ.com, xn--nxasmq6b.com",
    "😀.ws, xn--e28h.ws",
    "Mu\u0308nchen.DE, xn--mnchen-3ya.de",
    "例え.jp, xn--r8jz45g.jp",
    "a.pröbe-ß-x.example, a.xn--prbe--x-4va7r.example",
    "straße。de, xn--strae-oqa.de",
    "İstanbul.com, xn--istanbul-o0e.com",
    "ﬀoo.example, ffoo.example",
    "ｂｕｒｇｅｒ．example, burger.example",
    "bur\u00ADger.example, burger.example",
    "ᾳς.example, xn--mxaq1a.example",
    "\uAB70.example, xn--58d.example",
    "ދިވެހި.example, xn--hqbpi0jcw.example",
    "א1.example, xn--1-zhc.example",
    "श्\u200Dर.example, xn--t2bl3ev93j.example",
    "نامه\u200Cای.com, xn--mgba3gch31f060k.com",
    "\uD83E\uDEE8.ws, xn--929h.ws"
  })
  @Spec({"RFC 5894 §7.2", "RFC 5893 §2", "RFC 5892 §A.1"})
  void aNameIsMappedToNobodyElsesName(String domain, String ascii) throws AddressSyntaxException {
    assertThat(Mailbox.parse("a@" + domain).canonicalDomain()).isEqualTo(ascii);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a\u200Db.example", // joiners that nobody sees
        "a\u200Cb.example",
        "\u200D\u0936.example",
        "\u0301a.example", // nothing to combine with
        "aא.example",
        "אa.example",
        "א-.example",
        "\u06601\u0627.example",
        "a\u2100b.example", // a slash in disguise
        "\uFF0Fé.example",
        "éa\u2488.example",
        "é\uE000.example",
        "é\u0378.example", // no character yet
        "é\u3000.example",
        "xné-.example",
        "\uFF58n--abc-.example",
        "\u115Fé.example"
      })
  @Spec({"RFC 5891 §4.2.3", "RFC 5893 §2", "RFC 5892 §A.1", "RFC 5892 §A.2"})
  void whatMayNotStandInANameIsRefused(String domain) {
    assertThatThrownBy(() -> Mailbox.parse("a@" + domain))
        .isInstanceOf(AddressSyntaxException.class);
  }

  @Test
  void lengthsAreCountedInOctets() throws AddressSyntaxException {
    assertThat(Mailbox.parse("a".repeat(64) + "@x.example").localPart()).hasSize(64);
    assertThatThrownBy(() -> Mailbox.parse("a".repeat(65) + "@x.example"))
        .hasMessageContaining("64");
    assertThatThrownBy(() -> Mailbox.parse("é".repeat(33) + "@x.example"))
        .hasMessageContaining("64");
  }

  @Test
  void equalAddressesHaveOneCanonicalForm() throws AddressSyntaxException {
    assertThat(Mailbox.parse("Bob@HAMBURGER.edu").canonical()).isEqualTo("bob@hamburger.edu");
    assertThat(Mailbox.parse("a@Bücher.example").canonicalDomain())
        .isEqualTo("xn--bcher-kva.example");
  }
}
