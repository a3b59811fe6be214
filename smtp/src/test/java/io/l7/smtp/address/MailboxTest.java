package io.l7.smtp.address;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.spec.Spec;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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

  @Test
  @Spec("RFC 6531 §3.2")
  void aDomainBeyondAsciiIsTheOneThatTheDnsKnows() throws AddressSyntaxException {
    assertThat(Mailbox.parse("a@straße。de").canonicalDomain()).isEqualTo("xn--strae-oqa.de");
    assertThatThrownBy(() -> Mailbox.parse("a@aא.example"))
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
