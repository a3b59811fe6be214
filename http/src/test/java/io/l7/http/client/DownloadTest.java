package io.l7.http.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.spec.Spec;
import io.l7.http.HttpClient;
import io.l7.http.message.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a file that comes in parts. */
class DownloadTest {
  @Test
  @Spec("RFC 9110 §15.3.7")
  void aPartThatIsShorterThanWasAskedForIsNotTheWholeFile(@TempDir Path folder) throws IOException {
    String whole = "0123456789".repeat(1000);
    try (var server =
            new ScriptedServer(
                c -> {
                  String head = c.request();
                  int from =
                      Integer.parseInt(head.replaceAll("(?s).*Range: bytes=(\\d+)-.*", "$1"));
                  int end = Math.min(whole.length(), from + 4000);
                  c.say(
                      "HTTP/1.1 206 Partial Content\r\nConnection: close\r\nContent-Range: bytes "
                          + "%d-%d/10000\r\nContent-Length: %d\r\n\r\n"
                              .formatted(from, end - 1, end - from)
                          + whole.substring(from, end));
                });
        var client = HttpClient.create()) {
      Path file = Files.writeString(folder.resolve("file"), whole.substring(0, 1000));
      for (String upTo : List.of("5000", "9000")) {
        assertThatThrownBy(() -> resumed(client, server, file))
            .isInstanceOf(ClientException.BrokenOff.class)
            .hasMessage("the server sent bytes up to " + upTo + " of 10000");
      }
      assertThat(resumed(client, server, file)).isInstanceOf(Download.Outcome.Complete.class);
      assertThat(Files.readString(file)).isEqualTo(whole);
    }
  }

  private static Download.Outcome resumed(HttpClient client, ScriptedServer server, Path file)
      throws IOException {
    return Download.resumed(
        client::send, Request.get(server.uri("/file")), file, Optional.empty(), (_, _) -> {});
  }

  @Test
  @Spec("RFC 9110 §14.2")
  void aDownloadGoesOnWhereItBrokeOff(@TempDir Path folder) throws IOException {
    String whole = "0123456789".repeat(1000);
    var requests = new AtomicInteger();
    try (var server =
            new ScriptedServer(
                c -> {
                  String head = c.request();
                  if (requests.getAndIncrement() == 0) {
                    c.say(
                        "HTTP/1.1 200 OK\r\nETag: \"v1\"\r\nContent-Length: 10000\r\n\r\n"
                            + whole.substring(0, 4321));
                    return;
                  }
                  assertThat(head).contains("If-Range: \"v1\"");
                  int from =
                      Integer.parseInt(head.replaceAll("(?s).*Range: bytes=(\\d+)-.*", "$1"));
                  c.say(
                      "HTTP/1.1 206 Partial Content\r\nETag: \"v1\"\r\nContent-Range: bytes "
                          + from
                          + "-9999/10000\r\nContent-Length: "
                          + (10000 - from)
                          + "\r\n\r\n"
                          + whole.substring(from));
                });
        var client = HttpClient.create()) {
      Path file = folder.resolve("file");
      var progress = new ArrayList<Long>();
      var outcome =
          Download.persistent(
              client::send, Request.get(server.uri("/file")), file, 3, (at, _) -> progress.add(at));
      assertThat(outcome)
          .isInstanceOfSatisfying(
              Download.Outcome.Complete.class, c -> assertThat(c.length()).isEqualTo(10_000));
      assertThat(Files.readString(file)).isEqualTo(whole);
      assertThat(progress).isSorted().last().isEqualTo(10_000L);
      assertThat(requests).hasValue(2);
    }
  }
}
