package io.l7.smtp.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.spec.Spec;
import io.l7.smtp.auth.ScramClient.Flag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Passwords as they are compared, with the examples of RFC 4013 §3. */
class SaslPrepTest {
  @ParameterizedTest
  @CsvSource({
    "I\u00ADX, IX",
    "user, user",
    "USER, USER",
    "\u00AA, a",
    "\u2168, IX",
    "a\u1680b\u3000c, a b c",
    "\u2764\uFE0F, \u2764",
    "\u0627\u0628, \u0627\u0628",
    "\u06271\u0628, \u06271\u0628",
    "\uD83D\uDE00, \uD83D\uDE00"
  })
  @Spec({"RFC 4013 §2.1", "RFC 4013 §2.2", "RFC 4013 §3"})
  void passwordsThatLookAlikeAreOne(String typed, String prepared) {
    assertThat(SaslPrep.of(typed.toCharArray())).isEqualTo(prepared);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a\u0007",
        "a\u007F",
        "a\u0085",
        "a\u06DD",
        "a\u180E",
        "a\u2028",
        "a\u2062",
        "a\uE000",
        "a\uFDD0",
        "a\uFFFF",
        "a\uD800",
        "a\uFFFD",
        "a\u2FF0",
        "a\u202E",
        "a\uDB40\uDC01",
        "a\uDB40\uDC61",
        "a\uDBFF\uDFFD",
        "a\uD834\uDD73"
      })
  @Spec({"RFC 4013 §2.3", "RFC 4013 §3"})
  void whatNobodyCouldTypeAgainIsNoPassword(String password) {
    assertThatThrownBy(() -> SaslPrep.of(password.toCharArray()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("a password must not have ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\u06271", "1\u0627", "\u0627a\u0628", "\u05D0x"})
  @Spec({"RFC 4013 §2.4", "RFC 4013 §3"})
  void aPasswordRunsInOneDirection(String password) {
    assertThatThrownBy(() -> SaslPrep.of(password.toCharArray()))
        .hasMessage("a password must not run in two directions");
  }

  @Test
  @Spec("RFC 5802 §2.2")
  void suchAPasswordIsSetForNobodyMatchesNobodyAndIsNotSent() {
    var bell = "a\u0007".toCharArray();
    assertThatThrownBy(() -> StoredPassword.of(bell)).isInstanceOf(IllegalArgumentException.class);
    assertThat(StoredPassword.of("a".toCharArray()).matches(bell)).isFalse();
    assertThatThrownBy(() -> new ScramClient("bob", bell, new byte[18], new Flag.Unable()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
