package io.l7.http.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.spec.Spec;
import io.l7.http.HttpClient;
import io.l7.http.message.Body;
import io.l7.http.message.Method;
import io.l7.http.message.Request;
import java.io.IOException;
import java.net.URI;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Where a redirect leads. */
class RedirectTest {
  private static final String HELLO = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";
  private static final int LIMIT = 1 << 20;

  private static String text(HttpClient client, String uri) throws IOException {
    return client.send(Request.get(uri)).body().text(LIMIT);
  }

  @Test
  @Spec("RFC 9110 §15.4")
  void redirectsAreFollowedAndCredentialsStayAtHome() throws IOException {
    try (var elsewhere = ScriptedServer.answering(HELLO);
        var server =
            new ScriptedServer(
                c -> {
                  while (c.request().startsWith("POST")) {
                    c.say(
                        "HTTP/1.1 302 Found\r\nLocation: "
                            + elsewhere.uri("/there?a=b c")
                            + "\r\nContent-Length: 0\r\n\r\n");
                  }
                });
        var client = HttpClient.create()) {
      Request post =
          Request.of(Method.POST, URI.create(server.uri("/form")))
              .with("Authorization", "Basic eA==")
              .with("Content-Type", "text/plain")
              .withBody(Body.of("x"));
      assertThat(client.send(post).body().text(LIMIT)).isEqualTo("hello");
      assertThat(elsewhere.heads().getFirst())
          .startsWith("GET /there?a=b%20c HTTP/1.1\r\n")
          .doesNotContain("Authorization")
          .doesNotContain("Content-");
    }
  }

  @Test
  void aCircleOfRedirectsEnds() throws IOException {
    try (var server =
            ScriptedServer.answering(
                "HTTP/1.1 301 Moved\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n");
        var client = HttpClient.builder().redirects(5).build()) {
      assertThatThrownBy(() -> text(client, server.uri("/")))
          .isInstanceOf(ClientException.BadRedirect.class)
          .hasMessageContaining("over 5");
      assertThat(server.heads()).hasSize(6);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "?page=2, /dir/file?page=2",
    "'', /dir/file?page=1",
    "/a/../b, /b",
    "../../x, /x",
    "a[1], /dir/a%5B1%5D",
    "/100%, /100%25"
  })
  @Spec("RFC 9110 §10.2.2")
  void aRedirectLeadsWhereABrowserWouldGo(String location, String meant) throws IOException {
    var redirected = new AtomicBoolean();
    try (var server =
            new ScriptedServer(
                c -> {
                  while (c.request().contains(" /dir/file?page=1 ")
                      && redirected.compareAndSet(false, true)) {
                    c.say(
                        "HTTP/1.1 302 Found\r\nLocation: "
                            + location
                            + "\r\nContent-Length: 0\r\n\r\n");
                  }
                  c.say(HELLO);
                });
        var client = HttpClient.create()) {
      assertThat(text(client, server.uri("/dir/file?page=1"))).isEqualTo("hello");
      assertThat(server.heads().get(1)).startsWith("GET " + meant + " HTTP/1.1\r\n");
    }
  }
}
