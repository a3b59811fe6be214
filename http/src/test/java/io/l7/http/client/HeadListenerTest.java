package io.l7.http.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.spec.Spec;
import io.l7.http.HttpClient;
import io.l7.http.message.Body;
import io.l7.http.message.Method;
import io.l7.http.message.Request;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/** The heads of answers, as they arrive. */
class HeadListenerTest {
  @Test
  @Spec("RFC 9110 §15.2")
  void interimAnswersAndRedirectsAreHeardBeforeTheLastAndEachInItsVersion() throws IOException {
    var heard = new ArrayList<String>();
    try (var server =
            new ScriptedServer(
                c -> {
                  c.wholeRequest();
                  c.say(
                      "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
                          + "HTTP/1.1 303 See Other\r\nLocation: /b\r\nContent-Length: 0\r\n\r\n");
                  c.wholeRequest();
                  c.say("HTTP/1.0 200 Fine\r\nContent-Length: 5\r\n\r\nhello");
                });
        var client =
            HttpClient.builder()
                .heads(
                    (version, status, fields) ->
                        heard.add(version + " " + status + " " + fields.toString().strip()))
                .build()) {
      Request post =
          Request.of(Method.POST, URI.create(server.uri("/a"))).withBody(Body.of("content"));
      assertThat(client.send(post).body().text(10)).isEqualTo("hello");
    }
    assertThat(heard)
        .containsExactly(
            "HTTP/1.1 103 Early Hints Link: </a>",
            "HTTP/1.1 303 See Other Location: /b\nContent-Length: 0",
            "HTTP/1.0 200 Fine Content-Length: 5");
  }
}
