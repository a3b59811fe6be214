package io.l7.http.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MessageTest {
  @Test
  void aRequestForAUriKnowsItsOrigin() {
    var request = Request.get("HTTP://Example.com:80/a?b#c").with("Accept", "*/*");
    assertThat(request.uri()).isEqualTo("http://example.com/a?b");
    assertThat(request.host()).isEqualTo("example.com");
    assertThat(Request.get("https://[::1]:8443/").host()).isEqualTo("[::1]");
    assertThat(Request.get("https://[::1]:8443").authority()).isEqualTo("[::1]:8443");
  }

  @Test
  void aRedirectNeverLeadsToAnotherHostByTwoSlashes() {
    assertThat(Response.redirect(Status.FOUND, "//evil.example/x").field("Location"))
        .contains("/evil.example/x");
    assertThat(Response.redirect(Status.FOUND, "/\\evil").field("Location")).contains("/evil");
    assertThat(Response.redirect(Status.FOUND, "/a b\r\nX: é").field("Location"))
        .contains("/a%20b%0D%0AX:%20%C3%A9");
  }

  @Test
  void aBodyOverTheLimitIs413() {
    var body = Body.of(new ByteArrayInputStream(new byte[11]));
    assertThatThrownBy(() -> body.bytes(10))
        .isInstanceOfSatisfying(
            StatusException.class,
            e -> assertThat(e.response().status()).isEqualTo(Status.CONTENT_TOO_LARGE));
    assertThatThrownBy(() -> Body.of("hello").bytes(4)).isInstanceOf(StatusException.class);
  }

  @Test
  void aBodyOfExactlyTheLimitIsRead() throws Exception {
    assertThat(Body.of(new ByteArrayInputStream(new byte[10])).bytes(10)).hasSize(10);
    assertThat(Body.of("hello").text(5)).isEqualTo("hello");
  }

  @Test
  void aCaptureThatTheRouteHasNotIsAMistakeOfTheCode() {
    var request = Request.get("http://a/").withCaptures(Map.of("id", "7"));
    assertThat(request.capture("id")).isEqualTo("7");
    assertThatThrownBy(() -> request.capture("x")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void methodsAndStatusesAreEqualByWhatIsOnTheWire() {
    assertThat(Method.of("GET")).isSameAs(Method.GET);
    assertThat(Method.of("BREW")).isEqualTo(Method.of("BREW")).isNotEqualTo(Method.GET);
    assertThat(Method.of("get").isSafe()).isFalse();
    assertThat(Status.of(404)).isSameAs(Status.NOT_FOUND);
    assertThat(Status.of(299).reason()).isEmpty();
    assertThatThrownBy(() -> Status.of(600)).isInstanceOf(IllegalArgumentException.class);
  }
}
