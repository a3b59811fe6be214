package io.l7.http.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.json.Json;
import io.l7.common.net.Endpoint;
import io.l7.http.HttpServer;
import io.l7.http.message.Response;
import io.l7.http.testkit.RawClient;
import java.io.StringWriter;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;

class LogTest {
  private static String logged(LogFormat format, String request) throws Exception {
    var lines = new StringWriter();
    try (var log = new LogWriter(format, lines);
        var server =
            HttpServer.builder()
                .listen(Endpoint.parse("127.0.0.1:0"))
                .clock(InstantSource.fixed(Instant.parse("2026-01-02T03:04:05Z")))
                .accessLog(log)
                .handler(each -> Response.text("hello"))
                .start()) {
      try (var client = new RawClient(server.address())) {
        client.send(request).rest();
      }
    }
    return lines.toString();
  }

  @Test
  void theCombinedFormatIsOneEscapedLine() throws Exception {
    String line =
        logged(
            LogFormat.COMBINED,
            "GET /a\"b HTTP/1.1\r\n"
                + "Host: a\r\n"
                + "Connection: close\r\n"
                + "Referer: http://x/\r\n"
                + "User-Agent: evil\"\\\u00e9\r\n\r\n");
    assertThat(line)
        .isEqualTo(
            "127.0.0.1 - - [02/Jan/2026:03:04:05 +0000] \"GET /a\\x22b HTTP/1.1\" 200 5"
                + " \"http://x/\" \"evil\\x22\\x5C\\xE9\"\n");
  }

  @Test
  void aJsonLineHasTheSameAndMore() throws Exception {
    String line =
        logged(LogFormat.JSON, "GET /a\" HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
    Json json = Json.parse(line.strip());
    assertThat(json.at("target").text()).isEqualTo("/a\"");
    assertThat(json.at("host").text()).isEqualTo("h");
    assertThat(json.at("status").longValue()).isEqualTo(200);
    assertThat(json.at("bytes").longValue()).isEqualTo(5);
  }

  @Test
  void aRefusedRequestIsLoggedToo() throws Exception {
    assertThat(logged(LogFormat.COMBINED, "GET /\r\n\r\n")).contains("\" 400 ");
  }
}
