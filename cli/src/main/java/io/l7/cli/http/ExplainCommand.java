package io.l7.cli.http;

import io.l7.cli.Failure;
import io.l7.cli.L7Command;
import io.l7.cli.Plain;
import io.l7.common.json.Json;
import io.l7.common.transcript.Dialogue;
import io.l7.http.HttpClient;
import io.l7.http.cache.Explainer;
import io.l7.http.cache.Explanation;
import io.l7.http.client.ClientException;
import io.l7.http.client.Decoding;
import io.l7.http.message.FieldNames;
import io.l7.http.message.Method;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import java.io.IOException;
import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code l7 http explain}: why a URL is, or is not, answered from a cache. */
@Command(
    name = "explain",
    description = {
      "Explain how a URL is cached: route, cache key, freshness arithmetic, and why.",
      "A cache of ours on this machine is asked what it would do now;",
      "of any other server the answer is fetched, and what a shared cache may do with it is worked"
          + " out."
    })
final class ExplainCommand extends L7Command {
  /** Far more than the longest explanation. */
  private static final int LIMIT = 1 << 20;

  @Mixin private ClientOptions options = new ClientOptions();
  @Mixin private FieldOptions header = new FieldOptions();

  @Parameters(
      paramLabel = "URL",
      description = "http:// or https://; http:// where there is neither.")
  private String url = "";

  @Override
  protected int run() throws Exception {
    Explanation explanation = explanation();
    if (json()) {
      out().println(explanation.json());
    } else {
      explanation.lines().stream().map(Plain::text).forEach(out()::println);
    }
    return 0;
  }

  private Explanation explanation() throws IOException {
    Request request = request();
    try (HttpClient client =
        options
            .client(dialogue(Dialogue.Naming.BARE), header.leftOut())
            .decoding(Decoding.NONE)
            .build()) {
      Instant before = Instant.now();
      Response response = client.send(request.with(Explanation.REQUEST_FIELD, "1"));
      Instant after = Instant.now();
      if (response.fields().first(FieldNames.CONTENT_TYPE, "").equals(Explanation.CONTENT_TYPE)) {
        return Explanation.parse(Json.parse(response.body().text(LIMIT)));
      }
      response.body().close();
      return Explainer.ofArrival(request, response, before, after);
    } catch (ClientException e) {
      throw new Failure(url, options.words(e), e);
    }
  }

  private Request request() {
    try {
      options.check();
      return Request.of(Method.GET, ClientOptions.uri(url)).withFields(header.given());
    } catch (IllegalArgumentException e) {
      throw usage(String.valueOf(e.getMessage()));
    }
  }
}
