package io.l7.cli.http;

import io.l7.http.client.ClientException;
import io.l7.http.client.Download;
import io.l7.http.client.Retries;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How often, and when, a request is made again that met trouble which may pass. */
final class RetryOptions {
  @Option(
      names = "--retry",
      paramLabel = "N",
      description =
          "Ask again up to N times after a timeout, an unknown name, 408, 429, 500, 502, 503 or"
              + " 504.")
  private int most;

  @Option(
      names = "--retry-delay",
      paramLabel = "TIME",
      description = "Time before each retry (default: 1s, doubled each time).")
  private @Nullable Duration pause;

  @Option(
      names = "--retry-connrefused",
      description = "With --retry: ask again after a refused connection, too.")
  private boolean refused;

  /**
   * Sends a request, and once more where that may help. What is not at hand twice is sent once.
   *
   * @param told hears of each trouble that is not the last
   */
  Response send(Download.Sender sender, Request request, Consumer<String> told) throws IOException {
    Retries retries =
        request.body().isRepeatable()
            ? new Retries(most, Optional.ofNullable(pause), refused)
            : Retries.none();
    for (int made = 0; ; made++) {
      Duration wait;
      String trouble;
      try {
        Response response = sender.send(request);
        Optional<Duration> next = retries.after(made, response, Instant.now());
        if (next.isEmpty()) {
          return response;
        }
        response.body().close();
        wait = next.get();
        trouble = response.status().toString();
      } catch (ClientException e) {
        wait = retries.after(made, e).orElseThrow(() -> e);
        trouble = ClientException.words(e);
      }
      told.accept(words(trouble, wait, most - made));
      pause(wait);
    }
  }

  private static String words(String trouble, Duration wait, int left) {
    return "%s; again in %.1f s, %d %s left"
        .formatted(trouble, wait.toMillis() / 1e3, left, left == 1 ? "retry" : "retries");
  }

  private static void pause(Duration wait) throws InterruptedIOException {
    try {
      Thread.sleep(wait);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted before a retry");
    }
  }
}
