package io.l7.http.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TargetTest {
  @Test
  void pathAndQueryAreTakenApartAsTheyCame() {
    var target = Target.of("/a%20b?c=d?e");
    assertThat(target.path()).isEqualTo("/a%20b");
    assertThat(target.query()).contains("c=d?e");
    assertThat(target.decodedPath()).contains("/a b");
    assertThat(Target.of("/a?").pathAndQuery()).isEqualTo("/a?");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/..",
        "/../etc",
        "/a/%2e%2e/b",
        "/..%2f",
        "/..%5c",
        "/a\\b",
        "/%252e",
        "/%c0%ae",
        "/%00",
        "/..;/x",
        "/%",
        "/%4",
        "/%zz",
        "/a/./b",
        "/%2fetc",
        "/%0d%0a",
        "/.%2e/",
        "/%ff"
      })
  void aPathThatCouldMeanTwoThingsHasNoDecodedForm(String path) {
    assertThat(Target.of(path).decodedPath()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"/...", "/.well-known/x", "/a..b", "/100%25", "/a;b=c", "/%C3%A9", "//etc"})
  void anOrdinaryPathIsDecoded(String path) {
    assertThat(Target.of(path).decodedPath()).isPresent();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "/a b", "/\r\n", "/\u00e9", "http://a/"})
  void whatIsNoOriginFormIsRefused(String raw) {
    assertThatThrownBy(() -> Target.of(raw)).isInstanceOf(IllegalArgumentException.class);
  }
}
