package io.l7.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.json.Json;
import io.l7.common.net.Dialer;
import io.l7.common.net.Endpoint;
import io.l7.common.net.Network;
import io.l7.http.HttpClient;
import io.l7.http.message.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every daemon, started as a process with a file of options, does what every server does. */
class ServersTest {
  private static final String ZONE =
      """
      example. 60 IN SOA ns.example. host.example. 1 60 60 60 60
      example. 60 IN NS ns.example.
      ns.example. 60 IN A 127.0.0.1
      """;

  @TempDir private Path folder;

  /**
   * A daemon.
   *
   * @param protocol in its ready line
   * @param arguments with {@code %s} for a folder of its own
   * @param first what a client says, in Latin-1
   */
  record Server(String protocol, List<String> arguments, String first) {
    @Override
    public String toString() {
      return protocol;
    }
  }

  static Stream<Server> servers() {
    var get = "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    var question = "\0\34\0\1\0\0\0\1\0\0\0\0\0\0\2ns\7example\0\0\1\0\1";
    return Stream.of(
        new Server("http", List.of("http", "serve", "%s/site"), get),
        new Server("dash", List.of("dash", "serve", "%s/film"), get),
        new Server("tracker", List.of("bt", "track"), get),
        new Server("dns", List.of("dns", "serve", "--zone", "example=%s/example.zone"), question),
        new Server(
            "smtp",
            List.of("smtp", "serve", "--domain", "a.example", "--store", "%s/mail"),
            "QUIT\r\n"));
  }

  @ParameterizedTest
  @MethodSource("servers")
  void aServerTakesItsFileSaysReadyCountsRecordsAndDrains(Server server) throws Exception {
    Files.createDirectory(folder.resolve("site"));
    Files.createDirectory(folder.resolve("film"));
    Files.writeString(folder.resolve("film/manifest.mpd"), "<MPD/>");
    Files.writeString(folder.resolve("example.zone"), ZONE);
    var transcript = folder.resolve("dialogue.jsonl");
    var file = folder.resolve("l7.toml");
    Files.writeString(
        file,
        """
        listen = ["127.0.0.1:0", "127.0.0.2:0"]
        metrics = "127.0.0.1:0"
        drain = "5s"
        transcript = "%s"
        """
            .formatted(transcript));
    var arguments =
        Stream.concat(
                server.arguments().stream().map(word -> word.replace("%s", folder.toString())),
                Stream.of("--config", file.toString()))
            .toArray(String[]::new);
    try (var process = L7Process.start(arguments)) {
      var metrics = process.ready("metrics");
      var first = process.ready(server.protocol());
      var second = process.ready(server.protocol());
      assertThat(first.host()).isEqualTo("127.0.0.1");
      assertThat(second.host()).isEqualTo("127.0.0.2");
      assertThat(said(first, server.first())).isNotNegative();
      try (var client = HttpClient.create()) {
        assertThat(got(client, metrics, "/healthz")).startsWith("200");
        assertThat(got(client, metrics, "/metrics")).startsWith("200").contains("_total");
      }
      process.signal("TERM");
      assertThat(process.status()).isZero();
      assertThat(process.errors()).noneMatch(line -> line.contains("at io.l7"));
    }
    assertThat(Files.readAllLines(transcript))
        .isNotEmpty()
        .allSatisfy(line -> assertThat(Json.parse(line).toString()).contains("\"event\""));
  }

  /** The first octet of the answer. */
  private static int said(Endpoint server, String words) throws IOException {
    try (var client = Dialer.over(Network.real()).dial(server)) {
      client.out().latin1(words);
      client.out().flush();
      return client.in().read();
    }
  }

  private static String got(HttpClient client, Endpoint server, String path) throws IOException {
    var response = client.send(Request.get("http://" + server + path));
    return response.status().code() + " " + response.body().text(1 << 20);
  }
}
