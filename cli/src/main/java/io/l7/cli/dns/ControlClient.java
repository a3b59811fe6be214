package io.l7.cli.dns;

import io.l7.cli.Failure;
import io.l7.common.net.Endpoint;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;

/** Talks to the control listener of a running {@code dns serve}. */
final class ControlClient {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Endpoint server;

  ControlClient(Endpoint server) {
    this.server = server;
  }

  /** The text of the answer. */
  String ask(String method, String path, Map<String, String> parameters)
      throws IOException, InterruptedException {
    String query =
        parameters.entrySet().stream()
            .map(
                entry ->
                    entry.getKey()
                        + "="
                        + URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8))
            .collect(Collectors.joining("&"));
    var request =
        HttpRequest.newBuilder(
                URI.create("http://" + server + path + (query.isEmpty() ? "" : "?" + query)))
            .timeout(PATIENCE)
            .version(HttpClient.Version.HTTP_1_1)
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build();
    try (var client = HttpClient.newHttpClient()) {
      HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
      if (response.statusCode() != 200) {
        throw new Failure(server.toString(), response.statusCode() + " " + response.body().trim());
      }
      return response.body();
    } catch (java.net.ConnectException e) {
      throw new Failure(
          server.toString(), "nobody listens; was 'dns serve' started with --control?");
    } catch (IOException e) {
      throw new Failure(
          server.toString(), "no answer of 'dns serve --control': " + e.getMessage(), e);
    }
  }
}
