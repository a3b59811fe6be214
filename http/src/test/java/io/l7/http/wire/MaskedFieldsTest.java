package io.l7.http.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.transcript.Event;
import io.l7.common.transcript.Ring;
import io.l7.common.transcript.Transcript;
import io.l7.http.HttpClient;
import io.l7.http.HttpServer;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class MaskedFieldsTest {
  private static final String HEAD =
      "GET / HTTP/1.1\r\nHost: h\r\nauthorization:Basic c2VjcmV0\r\nCookie: secret\r\n secret\r\n"
          + "X-Cookie: seen\r\nX: Authorization: seen\r\n\r\n";
  private static final String SHOWN =
      "GET / HTTP/1.1\r\nHost: h\r\nauthorization: ****\r\nCookie: ****\r\n\r\n"
          + "X-Cookie: seen\r\nX: Authorization: seen\r\n\r\n";

  private static Event said(String connection, Event.Side by, String text) {
    byte[] octets = text.getBytes(StandardCharsets.ISO_8859_1);
    return new Event.Spoke(Instant.EPOCH, connection, by, octets, Event.Cover.PLAIN);
  }

  private static Event opened(String connection) {
    var here = new InetSocketAddress("127.0.0.1", 80);
    return new Event.Opened(Instant.EPOCH, connection, Event.Side.SERVER, here, here);
  }

  private static String text(Ring ring) {
    return ring.events().stream()
        .filter(Event.Spoke.class::isInstance)
        .map(e -> new String(((Event.Spoke) e).octets(), StandardCharsets.ISO_8859_1))
        .collect(Collectors.joining());
  }

  @Test
  void secretsStandNowhereWhateverPiecesTheyCameIn() {
    for (int split = 0; split <= HEAD.length(); split++) {
      var ring = new Ring();
      var masked = MaskedFields.in(ring);
      masked.event(opened("a"));
      masked.event(opened("b"));
      masked.event(said("a", Event.Side.CLIENT, HEAD.substring(0, split)));
      masked.event(said("a", Event.Side.SERVER, "HTTP/1.1 200 OK\r\n"));
      masked.event(said("b", Event.Side.CLIENT, "Cookie"));
      masked.event(said("a", Event.Side.CLIENT, HEAD.substring(split)));
      assertThat(text(ring).replace("HTTP/1.1 200 OK\r\nCookie", "")).isEqualTo(SHOWN);
    }
    assertThat(MaskedFields.in(Transcript.none()).wanted()).isFalse();
  }

  @Test
  void whatIsHeardOfAConnectionAfterItsEndIsMaskedAndNotKept() {
    var ring = new Ring();
    var masked = (MaskedFields) MaskedFields.in(ring);
    masked.event(opened("a"));
    masked.event(said("a", Event.Side.CLIENT, "Cookie: sec"));
    masked.event(new Event.Closed(Instant.EPOCH, "a"));
    masked.event(said("a", Event.Side.CLIENT, "ret\r\n"));
    assertThat(text(ring)).isEqualTo("Cookie: **** ****");
    assertThat(masked.speaking()).isZero();
  }

  @Test
  void neitherAServersNorAClientsTranscriptHasThem() throws IOException {
    var server = new Ring();
    var client = new Ring();
    try (var serving =
            HttpServer.builder()
                .transcript(server)
                .handler(_ -> Response.text("hello").with("Set-Cookie", "sid=secret"))
                .start();
        var asking = HttpClient.builder().transcript(client).build()) {
      Request request =
          Request.get("http://127.0.0.1:" + serving.address().getPort() + "/")
              .with("Authorization", "Basic secret")
              .with("Cookie", "sid=secret");
      Response response = asking.send(request);
      assertThat(response.field("Set-Cookie")).contains("sid=secret");
      assertThat(response.body().text(10)).isEqualTo("hello");
    }
    assertThat(text(server)).contains("Authorization: ****", "Set-Cookie: ****", "hello");
    assertThat(text(client)).contains("Authorization: ****", "Set-Cookie: ****", "hello");
    assertThat(text(server) + text(client)).doesNotContain("secret");
  }
}
