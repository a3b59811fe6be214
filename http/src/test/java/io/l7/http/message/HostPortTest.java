package io.l7.http.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.spec.Spec;
import java.net.URI;
import java.util.NoSuchElementException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HostPortTest {
  @ParameterizedTest
  @Spec("RFC 3986 §3.2.2")
  @CsvSource({
    "http://Example.ORG/x, example.org",
    "http://example.org:8080, example.org:8080",
    "http://[::1]:80/, [::1]:80",
    "http://My_Service:8080/x?y, my_service:8080",
    "https://_a.b_c.example/, _a.b_c.example",
    "http://user:word@my_service/, my_service",
    "http://my_service:/, my_service"
  })
  void aHostIsFoundAlsoWithAnUnderline(String uri, String hostPort) {
    assertThat(HostPort.of(URI.create(uri)).orElseThrow()).hasToString(hostPort);
    assertThat(Request.get(uri).authority()).isEqualTo(hostPort.replaceFirst("^(.*):80$", "$1"));
  }

  @ParameterizedTest
  @Spec("RFC 5891 §5")
  @CsvSource({
    "http://bücher.example/x, xn--bcher-kva.example",
    "http://BÜCHER.example:8080, xn--bcher-kva.example:8080",
    "http://b%C3%BCcher.example/, xn--bcher-kva.example",
    "http://user:wörd@bu\u0308cher.example/, xn--bcher-kva.example",
    "http://例え。テスト/, xn--r8jz45g.xn--zckzah",
    "http://ＥＸＡＭＰＬＥ.org/, example.org",
    "http://faß.example/, xn--fa-hia.example",
    "http://βόλος.example/, xn--nxasmm1c.example"
  })
  void aHostBeyondAsciiIsMapped(String uri, String hostPort) {
    assertThat(HostPort.of(URI.create(uri)).orElseThrow()).hasToString(hostPort);
    assertThat(Request.get(uri).authority()).isEqualTo(hostPort);
  }

  @ParameterizedTest
  @Spec("RFC 5892 §A.2")
  @ValueSource(
      strings = {
        "http://a\u200db.example/", // a joiner that nobody sees
        "http://exa\u2100mple.example/", // a slash in disguise
        "http://my_sérvice.example/",
        "http://a_b.bücher.example/"
      })
  void aHostThatHasNoNameInAsciiIsRefused(String uri) {
    assertThatThrownBy(() -> Request.get(uri))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("ASCII");
  }

  @ParameterizedTest
  @CsvSource({
    "http://user:word@my_service/, user:word",
    "http://user:w%C3%B6rd@bücher.example/, user:wörd",
    "http://user@example.org/, user"
  })
  void aLoginIsFoundWhateverTheHostIsLike(String uri, String login) {
    assertThat(HostPort.login(URI.create(uri))).contains(login);
  }

  /** Some of them a socket would find, and whoever looks at addresses for safety would not. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "http:///x",
        "mailto:a_b@c",
        "http://127.1/",
        "http://a..b/",
        "http://a_b:x/",
        "http://a_b:123456/",
        "http://a_b%20c/",
        "http://127%2E1/",
        "http://１２７.１/",
        "http://b%FCcher.example/",
        "http://b_ücher.example/",
        "http://ü..example/",
        "http://a%00ü.example/",
        "http://ü%2F.example/"
      })
  void whatIsNoHostIsNone(String uri) {
    assertThatThrownBy(() -> HostPort.of(URI.create(uri)).orElseThrow())
        .isInstanceOfAny(NoSuchElementException.class, IllegalArgumentException.class);
    assertThatThrownBy(() -> Request.get(uri)).isInstanceOf(IllegalArgumentException.class);
  }
}
