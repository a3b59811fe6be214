package io.l7.http.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.spec.Spec;
import io.l7.http.client.ScriptedServer;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import java.io.IOException;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What crosses the proxy, what stays behind, and what is refused. */
class ProxyHygieneTest extends ProxyBench {
  @Test
  @Spec("RFC 9110 §10.1.4")
  void whatIsForTheNextHopAloneSaysSo() throws IOException {
    var upstream = answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    var proxy = proxy(upstream);
    raw(proxy, "GET / HTTP/1.1\r\nHost: h\r\nConnection: TE, close\r\nTE: trailers\r\n\r\n");
    assertThat(upstream.heads().getFirst()).contains("TE: trailers\r\n", "Connection: TE\r\n");
  }

  @Test
  @Spec("RFC 9110 §7.6.3")
  void viaTellsTheVersionThatTheClientSpoke() throws IOException {
    var upstream = answering("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    var proxy = proxy(upstream);
    raw(proxy, "GET / HTTP/1.0\r\nVia: 1.1 before\r\n\r\n");
    assertThat(upstream.heads().getFirst()).contains("Via: 1.1 before\r\n", "Via: 1.0 l7\r\n");
  }

  @Test
  @Spec("RFC 9110 §7.6.1")
  void fieldsOfTheConnectionStayAndTheOthersCross() throws IOException {
    var upstream =
        answering(
            "HTTP/1.1 200 OK\r\n"
                + "Connection: X-Hop\r\n"
                + "X-Hop: 1\r\n"
                + "Keep-Alive: x\r\n"
                + "X-End: 1\r\n"
                + "Content-Length: 0\r\n\r\n");
    var proxy = proxy(upstream);
    Request request =
        get(proxy, "/a%2Fb?c=%20d")
            .with("X-Hop", "1")
            .with("X-End", "1")
            .with("X-Forwarded-For", "6.6.6.6")
            .with("Forwarded", "for=6.6.6.6")
            .with("TE", "gzip")
            .with("Proxy-Authorization", "Basic eA==");
    String answered =
        raw(
            proxy,
            "GET /x HTTP/1.1\r\n"
                + "Host: h\r\n"
                + "Connection: close, X-Hop, Host, Authorization\r\n"
                + "X-Hop: 1\r\n"
                + "Authorization: Basic eA==\r\n\r\n");
    Response response = client.send(request);
    assertThat(response.fields().contains("X-Hop")).isFalse();
    assertThat(response.fields().contains("Keep-Alive")).isFalse();
    assertThat(response.fields().contains("X-End")).isTrue();
    assertThat(answered).startsWith("HTTP/1.1 200");
    assertThat(upstream.heads().getFirst())
        .contains("Host: h\r\n")
        .contains("Authorization: Basic")
        .doesNotContain("X-Hop");
    assertThat(upstream.heads().getLast())
        .startsWith("GET /a%2Fb?c=%20d HTTP/1.1\r\n")
        .contains(
            "X-End: 1",
            "X-Forwarded-For: 127.0.0.1\r\n",
            "X-Forwarded-Proto: http\r\n",
            "Via: 1.1 l7\r\n",
            "Host: 127.0.0.1:" + proxy.address().getPort() + "\r\n")
        .doesNotContain("6.6.6.6", "Proxy-Authorization", "TE: gzip");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG",
        "Transfer-Encoding: chunked\r\nContent-Length: 6\r\n\r\n0\r\n\r\nG",
        "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding:\u000bchunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n0\r\n\r\n",
        "Content-Length: 5, 5\r\n\r\nhello",
        "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
        "Content-Length: +5\r\n\r\nhello",
        "Content-Length: 0x5\r\n\r\nhello",
        "Transfer-Encoding: chunked\r\n\r\n5 \r\nhello\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n0x5\r\nhello\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n5;\nhello\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\n5\r\nhelloX\r\n0\r\n\r\n",
        "Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nhello\r\n0\r\n\r\n",
        "X: a\r\n Content-Length: 44\r\n\r\n",
        "X: a\nContent-Length: 44\r\n\r\n",
        "X: a\rContent-Length: 44\r\n\r\n",
        "Content-Length: 44\r\nConnection: Content-Length\r\n\r\n",
      })
  void neitherSideSeesARequestTheOtherDoesNot(String smuggling) throws IOException {
    var upstream = answering(HELLO);
    var proxy = proxy(upstream);
    String hidden = "GET /hidden HTTP/1.1\r\nHost: h\r\nX: y\r\n\r\n";
    String answers = raw(proxy, "POST /open HTTP/1.1\r\nHost: h\r\n" + smuggling + hidden);
    int answered = answers.split("HTTP/1\\.1 200", -1).length - 1;
    assertThat(upstream.heads())
        .hasSize(answered)
        .noneMatch(head -> head.startsWith("GET /hidden"));
    // A plain request is still answered, by a connection nothing was left on.
    assertThat(client.send(get(proxy, "/plain")).body().text(LIMIT)).isEqualTo("hello");
    assertThat(upstream.heads()).hasSize(answered + 1).last().asString().startsWith("GET /plain");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 5, 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello",
        "HTTP/1.1 200 OK\nContent-Length: 0\n\n",
        "nonsense\r\n\r\n",
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n",
      })
  void aMalformedAnswerIs502(String answer) throws IOException {
    var proxy = proxy(answering(answer));
    assertThat(client.send(get(proxy, "/")).status().code()).isEqualTo(502);
  }

  @Test
  void aFloodOfInterimAnswersIs502AndAFewArePassedOn() throws IOException {
    String hints = "HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n";
    var proxy =
        proxy(upstream(c -> c.say(hints.repeat(c.request().contains("/flood") ? 50 : 1) + HELLO)));
    assertThat(raw(proxy, "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\nHTTP/1.1 200")
        .endsWith("hello");
    assertThat(raw(proxy, "GET /flood HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"))
        .contains("\r\n\r\nHTTP/1.1 502");
  }

  @ParameterizedTest
  @CsvSource({
    "/api,/,/api/x,/x",
    "/api,/v1,/api/x,/v1/x",
    "/api/,/v1/,/api/x,/v1/x",
    "/,/v1/,/x,/v1/x",
    "/api,'',/api/x,/api/x",
    "/api,/v1,/%61pi/x%20y,/v1/x%20y",
    "/api/,/v1/,/api,/v1/",
    "/a b,/v1,/a%20b/x,/v1/x"
  })
  void prefixesAreReplacedAsNginxDoes(String prefix, String path, String asked, String seen)
      throws IOException {
    var upstream = answering(HELLO);
    var proxy =
        proxy(b -> b.mapping(PathMapping.of(prefix, URI.create(upstream.uri(path)))), upstream);
    client.send(get(proxy, asked + "?q")).body().close();
    assertThat(upstream.heads().getFirst()).startsWith("GET " + seen + "?q HTTP/1.1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/api/../admin",
        "/api/%2e%2e/admin",
        "/api/..%2fadmin",
        "/api/..\\admin",
        "/api/..;/admin",
        "/api/%2E./admin",
        "/api/..%5cadmin"
      })
  void pathsThatCouldMeanAnotherOneAreRefused(String path) throws IOException {
    var upstream = answering(HELLO);
    var proxy = proxy(upstream);
    assertThat(raw(proxy, "GET " + path + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"))
        .startsWith("HTTP/1.1 400");
    assertThat(upstream.heads()).isEmpty();
  }

  @Test
  void aLocationThatNamesTheUpstreamIsMadePublic() throws IOException {
    var self = new ScriptedServer[1];
    var upstream =
        upstream(
            c -> {
              c.request();
              c.say(
                  "HTTP/1.1 302 Found\r\nLocation: "
                      + self[0].uri("/v1/there")
                      + "\r\nContent-Length: 0\r\n\r\n");
            });
    self[0] = upstream;
    var proxy =
        proxy(b -> b.mapping(PathMapping.of("/api/", URI.create(upstream.uri("/v1/")))), upstream);
    Response response = client.send(get(proxy, "/api/x"));
    assertThat(response.field("Location"))
        .contains("http://127.0.0.1:" + proxy.address().getPort() + "/api/there");
  }
}
