package io.l7.http.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.json.Json;
import io.l7.common.net.Endpoint;
import io.l7.http.HttpServer;
import io.l7.http.message.Response;
import io.l7.http.testkit.RawClient;
import java.io.FilterWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
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
  void aDiskThatWasFullCostsNoLineThatComesAfter() throws Exception {
    var full = new AtomicBoolean(true);
    var tries = new Semaphore(0);
    var disk = new StringWriter();
    var out =
        new FilterWriter(disk) {
          @Override
          public void write(char[] text, int from, int count) throws IOException {
            tries.release();
            if (full.get()) {
              throw new IOException("No space left on device");
            }
            super.write(text, from, count);
          }
        };
    try (var log = new LogWriter(LogFormat.COMBINED, out);
        var server =
            HttpServer.builder()
                .listen(Endpoint.parse("127.0.0.1:0"))
                .accessLog(log)
                .handler(each -> Response.text("hello"))
                .start()) {
      get(server, "/before");
      tries.acquire();
      full.set(false);
      get(server, "/after");
    }
    assertThat(disk.toString()).contains("GET /after HTTP/1.1");
  }

  private static void get(HttpServer server, String path) throws Exception {
    try (var client = new RawClient(server.address())) {
      client.send("GET " + path + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").rest();
    }
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
