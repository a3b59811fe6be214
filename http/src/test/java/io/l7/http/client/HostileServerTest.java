package io.l7.http.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.http.HttpClient;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import io.l7.http.message.StatusException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers that mean harm, and the client that meets them. */
class HostileServerTest {
  private static final int LIMIT = 1 << 20;

  private static byte[] gzip(byte[] plain) throws IOException {
    var out = new ByteArrayOutputStream();
    try (OutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(plain);
    }
    return out.toByteArray();
  }

  private static ScriptedServer gzipped(byte[] content) throws IOException {
    return new ScriptedServer(
        c -> {
          while (!c.request().isEmpty()) {
            c.say(
                "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: "
                    + content.length
                    + "\r\n\r\n");
            c.say(content);
          }
        });
  }

  /** 64 MiB in 65 kB: it is unpacked as it is read, and what collects it has a limit. */
  @Test
  void aBombOfGzipIsStoppedWhereItIsCollected() throws IOException {
    byte[] bomb = gzip(new byte[64 << 20]);
    assertThat(bomb.length).isLessThan(100_000);
    try (var server = gzipped(bomb);
        var client = HttpClient.create()) {
      Response response = client.send(Request.get(server.uri("/")));
      assertThatThrownBy(() -> response.body().bytes(LIMIT)).isInstanceOf(StatusException.class);
      response.body().close();
      try (InputStream in = client.send(Request.get(server.uri("/"))).body().open()) {
        assertThat(in.readNBytes(100)).as("a little may be read of it").containsOnly(0);
      }
    }
  }

  @Test
  void aGzipInAGzipIsUnpackedOnce() throws IOException {
    byte[] inner = gzip(new byte[1000]);
    try (var server = gzipped(gzip(inner));
        var client = HttpClient.create()) {
      assertThat(client.send(Request.get(server.uri("/"))).body().bytes(LIMIT)).isEqualTo(inner);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "file:///etc/passwd",
        "ftp://127.0.0.1/",
        "gopher://127.0.0.1:25/_HELO",
        "javascript:alert(1)",
        "data:text/plain,x",
        "jar:http://127.0.0.1!/x",
        "http:/nowhere",
        "http://",
        "http://[::1",
        "mailto:a@b"
      })
  void aRedirectLeadsToHttpOrNowhere(String location) throws IOException {
    try (var server =
            ScriptedServer.answering(
                "HTTP/1.1 302 Found\r\nLocation: " + location + "\r\nContent-Length: 0\r\n\r\n");
        var client = HttpClient.create()) {
      assertThatThrownBy(() -> client.send(Request.get(server.uri("/"))))
          .isInstanceOf(ClientException.BadRedirect.class);
      assertThat(server.heads()).hasSize(1);
    }
  }

  @Test
  void headsThatDoNotEndAreRefusedWithinTheirLimit() throws IOException {
    String flood = "X-Flood: " + "y".repeat(1000) + "\r\n";
    try (var server =
            new ScriptedServer(
                c -> {
                  c.request();
                  c.say("HTTP/1.1 200 OK\r\n");
                  for (int i = 0; i < 1_000_000; i++) {
                    c.say(flood);
                  }
                });
        var client = HttpClient.create()) {
      assertThatThrownBy(() -> client.send(Request.get(server.uri("/"))))
          .isInstanceOf(ClientException.BadResponse.class);
    }
    try (var server =
            ScriptedServer.answering(
                "HTTP/1.1 200 OK\r\n" + "A: b\r\n".repeat(300) + "Content-Length: 0\r\n\r\n");
        var client = HttpClient.create()) {
      assertThatThrownBy(() -> client.send(Request.get(server.uri("/"))))
          .isInstanceOf(ClientException.BadResponse.class);
    }
  }

  @Test
  void aPromiseOfContentTakesNoMemory() throws IOException {
    try (var server =
            ScriptedServer.answering(
                "HTTP/1.1 200 OK\r\nContent-Length: 900000000000000000\r\n\r\nx");
        var client = HttpClient.create()) {
      Response response = client.send(Request.get(server.uri("/")));
      assertThatThrownBy(() -> response.body().bytes(LIMIT)).isInstanceOf(StatusException.class);
      response.body().close();
    }
  }

  @Test
  void aChunkOfMoreThanALongIsRefused() throws IOException {
    try (var server =
            ScriptedServer.answering(
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nx");
        var client = HttpClient.create()) {
      Response response = client.send(Request.get(server.uri("/")));
      assertThatThrownBy(() -> response.body().bytes(LIMIT))
          .isInstanceOf(ClientException.BadResponse.class);
    }
  }
}
