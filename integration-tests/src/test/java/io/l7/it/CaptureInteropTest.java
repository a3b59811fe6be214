package io.l7.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.net.Endpoint;
import io.l7.common.tls.TlsIdentity;
import io.l7.common.tls.TlsTrust;
import io.l7.common.transcript.Pcapng;
import io.l7.common.transcript.Ring;
import io.l7.http.HttpClient;
import io.l7.http.HttpServer;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A transcript saved as a capture is one to Wireshark, under TLS as well: in the clear. */
@Tag("interop")
class CaptureInteropTest {
  @TempDir private Path folder;

  @Test
  void aCaptureOfATlsDialogueIsReadByTshark() throws Exception {
    var tshark = Programs.required("tshark", "tshark");
    var ring = new Ring();
    int port;
    try (var server =
            HttpServer.builder()
                .listen(Endpoint.parse("127.0.0.1:0"), TlsIdentity.selfSigned("localhost"))
                .handler(request -> Response.text("answer to " + request.path() + "\n"))
                .transcript(ring)
                .start();
        var client = HttpClient.builder().trust(TlsTrust.insecure()).build()) {
      port = server.address().getPort();
      for (var path : new String[] {"/one", "/two"})
        client.send(Request.get("https://127.0.0.1:" + port + path)).body().text(100);
    }
    var capture = folder.resolve("capture.pcapng");
    try (var out = Files.newOutputStream(capture)) {
      Pcapng.write(ring.events(), out);
    }
    var fields =
        read(
            tshark.toString(),
            "-r",
            capture.toString(),
            "-d",
            "tcp.port==" + port + ",http",
            "-T",
            "fields",
            "-E",
            "separator=|",
            "-e",
            "http.request.uri",
            "-e",
            "http.response.code",
            "-e",
            "tcp.analysis.flags",
            "-e",
            "_ws.malformed");
    assertThat(fields.lines().filter(line -> line.chars().anyMatch(c -> c != '|')))
        .containsExactly("/one|||", "|200||", "/two|||", "|200||");
  }

  private String read(String... command) throws IOException, InterruptedException {
    var errors = folder.resolve("errors");
    var process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
    var text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(Files.readString(errors)).isZero();
    return text;
  }
}
