package io.l7.dash.play;

import io.l7.dash.mpd.UrlPolicy;
import io.l7.http.client.Transport;
import io.l7.http.message.Fields;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import java.io.IOException;
import java.net.URI;
import java.util.Set;

/**
 * Asks for something and follows where that leads, judged as what a manifest names is. What a
 * manifest names lies beside where it was found (RFC 3986 §5.1.3), not where it was asked for. For
 * one thread.
 */
final class Asking {
  /** As browsers have it. */
  private static final int MOST_REDIRECTS = 20;

  private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

  private final Transport transport;
  private final UrlPolicy urls;
  private final Fields fields;
  private volatile URI at;

  /**
   * @param urls judges where it leads
   * @param fields sent along, wherever that is
   */
  Asking(Transport transport, UrlPolicy urls, URI uri, Fields fields) {
    this.transport = transport;
    this.urls = urls;
    this.at = uri;
    this.fields = fields;
  }

  /** Where it was found, once it was sent. */
  URI at() {
    return at;
  }

  /** The answer at the end of the redirects. */
  Response send() throws IOException {
    for (int redirects = 0; ; redirects++) {
      var response = transport.send(Request.get(at.toString()).withFields(fields));
      var location = response.field("Location");
      if (location.isEmpty() || !REDIRECTS.contains(response.status().code())) {
        return response;
      }
      response.body().close();
      if (redirects == MOST_REDIRECTS) {
        throw new IOException("over " + MOST_REDIRECTS + " redirects");
      }
      at = urls.resolve(at, location.get(), 0);
    }
  }
}
