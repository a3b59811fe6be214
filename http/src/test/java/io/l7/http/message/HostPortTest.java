package io.l7.http.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.spec.Spec;
import java.net.URI;
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
        "http://a_b%20c/"
      })
  void whatIsNoHostIsNone(String uri) {
    assertThat(HostPort.of(URI.create(uri))).isEmpty();
    assertThatThrownBy(() -> Request.get(uri)).isInstanceOf(IllegalArgumentException.class);
  }
}
