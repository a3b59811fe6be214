package io.l7.http.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.json.Json;
import io.l7.common.net.Endpoint;
import io.l7.common.testkit.Conformance;
import io.l7.http.HttpServer;
import io.l7.http.files.StaticFiles;
import io.l7.http.message.Handler;
import io.l7.http.message.Response;
import io.l7.http.testkit.RawClient;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The raw request vectors of Http11Probe, scored by the rules in the README beside them. */
class Http11ProbeTest {
  private static final int QUIET_MILLIS = 1000;
  private static final Pattern STATUS = Pattern.compile("HTTP/1\\.1 (\\d\\d\\d) ");
  private static final String FOLLOW_UP =
      "GET / HTTP/1.1\r\nHost: localhost:8080\r\nConnection: close\r\n\r\n";

  @TempDir private Path folder;

  /** What came back: the final statuses in order, and whether the server closed. */
  private record Outcome(List<Integer> statuses, boolean closed) {}

  @Test
  void aHandlerThatReadsContentPassesEveryScoredVector() throws Exception {
    Handler echo =
        request -> {
          request.body().bytes(1 << 20);
          return Response.text("ok");
        };
    assertThat(failures(echo)).isEmpty();
  }

  @Test
  void aFolderPassesEveryScoredVector() throws Exception {
    Files.writeString(folder.resolve("index.html"), "home");
    assertThat(failures(StaticFiles.of(folder).build())).isEmpty();
  }

  private static List<String> failures(Handler handler) throws Exception {
    var vectors =
        Json.parse(
                Files.readString(Conformance.required("http").resolve("http11probe.json"), UTF_8))
            .elements();
    try (var server =
            HttpServer.builder().listen(Endpoint.parse("127.0.0.1:0")).handler(handler).start();
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<String>> runs = new ArrayList<>();
      for (Json vector : vectors) {
        runs.add(threads.submit(() -> run(server.address(), vector)));
      }
      var failures = new ArrayList<String>();
      for (Future<String> run : runs) {
        if (!run.get().isEmpty()) {
          failures.add(run.get());
        }
      }
      assertThat(send(server.address(), FOLLOW_UP).statuses()).containsExactly(200);
      return failures;
    }
  }

  private static String run(InetSocketAddress server, Json vector) throws IOException {
    String raw = raw(vector);
    Outcome outcome = send(server, raw);
    boolean passed =
        passes(vector.at("accept"), outcome)
            || passesWithRefusal(server, vector.at("accept"), raw, outcome);
    boolean scored = vector.at("scored").isTrue();
    return passed || !scored
        ? ""
        : vector.at("id").text() + ": " + outcome + ", wanted " + vector.at("accept");
  }

  private static String raw(Json vector) {
    if (!vector.at("raw").isNull()) {
      return vector.at("raw").text();
    }
    var text = new StringBuilder();
    for (Json part : vector.at("parts").elements()) {
      text.append(part.elements().get(0).text().repeat((int) part.elements().get(1).longValue()));
    }
    return text.toString();
  }

  private static Outcome send(InetSocketAddress server, String raw) throws IOException {
    try (var client = new RawClient(server)) {
      try {
        client.send(raw);
      } catch (IOException _) {
        // Refused before all was sent; the answer may be there nevertheless.
      }
      RawClient.Heard heard = client.hear(QUIET_MILLIS);
      List<Integer> statuses = new ArrayList<>();
      Matcher matcher = STATUS.matcher(heard.text());
      while (matcher.find()) {
        int status = Integer.parseInt(matcher.group(1));
        if (status >= 200) {
          statuses.add(status);
        }
      }
      return new Outcome(statuses, heard.closed());
    }
  }

  private static boolean passes(Json accept, Outcome outcome) {
    if (outcome.statuses().isEmpty()) {
      return lists(accept.at("or_silent"), outcome.closed() ? "close" : "timeout")
          || !accept.at("status_not").isNull();
    }
    int status = outcome.statuses().getFirst();
    if (!accept.at("status_not").isNull()) {
      return !lists(accept.at("status_not"), Integer.toString(status));
    }
    if (statusIn(accept.at("status"), status)) {
      return accept.at("must_close").isNull() || outcome.closed();
    }
    return statusIn(accept.at("status_and_close"), status) && outcome.closed();
  }

  /** A server of files may refuse POST by the method alone, if it stays in step or closes. */
  private static boolean passesWithRefusal(
      InetSocketAddress server, Json accept, String raw, Outcome outcome) throws IOException {
    if (!outcome.statuses().equals(List.of(405))) {
      return false;
    }
    if (lists(accept.at("or_silent"), "close") && outcome.closed()) {
      return true;
    }
    if (!lists(accept.at("status"), "2xx")) {
      return false;
    }
    Outcome followed = send(server, raw + FOLLOW_UP);
    return followed.statuses().equals(List.of(405, 200))
        || (followed.statuses().equals(List.of(405)) && followed.closed());
  }

  private static boolean statusIn(Json list, int status) {
    return lists(list, Integer.toString(status)) || (status / 100 == 2 && lists(list, "2xx"));
  }

  private static boolean lists(Json list, String text) {
    return list.elements().stream().anyMatch(element -> element.text().equals(text));
  }
}
