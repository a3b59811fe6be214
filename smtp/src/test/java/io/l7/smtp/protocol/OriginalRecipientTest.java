package io.l7.smtp.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.spec.Spec;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** ORCPT in all its types. */
class OriginalRecipientTest {
  private static Command rcpt(String original) {
    var line = "RCPT TO:<bob@hamburger.edu> ORCPT=" + original;
    return CommandParser.parse(line.getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @CsvSource({
    "rfc822;a+2Bb@crepes.fr, rfc822;a+b@crepes.fr",
    "utf-8;cr\\x{EA}pe@crepes.fr, utf-8;cr\\x{EA}pe@crepes.fr",
    "utf-8;cr\u00eape@crepes.fr, utf-8;cr\\x{EA}pe@crepes.fr",
    "UTF-8;\ud83c\udf54@crepes.fr, UTF-8;\\x{1F354}@crepes.fr"
  })
  @Spec("RFC 6533 §3")
  void isTakenInEveryFormAndKeptInAscii(String given, String kept) {
    assertThat(rcpt(given))
        .isInstanceOfSatisfying(
            Command.Rcpt.class,
            command -> assertThat(command.parameters().originalRecipient()).hasValue(kept));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "rfc822;cr\u00eape@crepes.fr",
        "utf-8;a\u0085b@crepes.fr",
        "utf-8;a+0Ab@crepes.fr",
        "utf-8;",
        ";a@crepes.fr"
      })
  @Spec("RFC 3461 §4.2")
  void isRefusedWhereItIsNone(String given) {
    assertThat(rcpt(given)).isInstanceOf(Command.Invalid.class);
  }

  @Test
  void isNotLongerThanWhatOthersTake() {
    assertThat(rcpt("utf-8;" + "\u00ea".repeat(90))).isInstanceOf(Command.Invalid.class);
    assertThat(rcpt("utf-8;" + "\u00ea".repeat(80))).isInstanceOf(Command.Rcpt.class);
  }
}
