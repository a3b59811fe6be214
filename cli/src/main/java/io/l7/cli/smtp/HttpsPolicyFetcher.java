package io.l7.cli.smtp;

import io.l7.common.net.HostResolver;
import io.l7.common.tls.TlsTrust;
import io.l7.common.transcript.Transcript;
import io.l7.http.HttpClient;
import io.l7.http.client.ClientTimeouts;
import io.l7.http.client.Decoding;
import io.l7.http.message.Request;
import io.l7.http.message.Status;
import io.l7.smtp.sts.PolicyFetcher;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;

/** Fetches MTA-STS policies by our HTTP client (RFC 8461 §3.3). Thread-safe. */
final class HttpsPolicyFetcher implements PolicyFetcher, AutoCloseable {
  /** What RFC 8461 §3.3 proposes for all of a fetch. */
  private static final Duration LIMIT = Duration.ofMinutes(1);

  private static final int HTTPS = 443;

  private final HttpClient client;
  private final String port;

  HttpsPolicyFetcher(TlsTrust trust, HostResolver names, Transcript transcript, int port) {
    this.client =
        HttpClient.builder()
            .transcript(transcript)
            .names(names)
            .trust(trust)
            .redirects(0)
            .decoding(Decoding.NONE)
            .timeouts(ClientTimeouts.defaults().total(LIMIT))
            .build();
    this.port = port == HTTPS ? "" : ":" + port;
  }

  @Override
  public String fetch(String domain) throws IOException {
    var uri = "https://mta-sts." + domain + port + "/.well-known/mta-sts.txt";
    var response = client.send(Request.get(uri));
    try (var body = response.body().open()) {
      if (!response.status().equals(Status.OK)) {
        throw new IOException(uri + ": " + response.status());
      }
      var type = response.field("Content-Type").orElse("none").toLowerCase(Locale.ROOT);
      if (!type.matches("text/plain[ \t]*(;.*)?")) {
        throw new IOException(uri + ": text/plain is wanted, not " + type);
      }
      var octets = body.readNBytes(MOST_OCTETS + 1);
      if (octets.length > MOST_OCTETS) {
        throw new IOException(uri + ": more than " + MOST_OCTETS + " octets");
      }
      return new String(octets, StandardCharsets.UTF_8);
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
