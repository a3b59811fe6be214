package io.l7.bittorrent.announce;

import io.l7.common.net.Dialer;
import io.l7.http.HttpClient;
import io.l7.http.client.ClientTimeouts;
import io.l7.http.client.Decoding;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import java.io.IOException;
import java.net.URI;

/**
 * Announces over HTTP. Redirects are followed here, each judged: from a public tracker to an
 * address of this machine or its network would let a torrent forge requests.
 */
public final class HttpTrackerClient implements TrackerClient, AutoCloseable {
  private final HttpClient http;
  private final AnnounceLimits limits;

  /** A client over this dialer. */
  public HttpTrackerClient(Dialer dialer, AnnounceLimits limits) {
    this.limits = limits;
    this.http =
        HttpClient.builder()
            .dialer(dialer)
            .redirects(0)
            .decoding(Decoding.GZIP)
            .timeouts(
                ClientTimeouts.defaults()
                    .connect(limits.timeout())
                    .firstByte(limits.timeout())
                    .total(limits.timeout()))
            .userAgent("L7/0.1")
            .build();
  }

  @Override
  public AnnounceAnswer announce(String url, AnnounceRequest request) throws IOException {
    var at = ForeignUrl.parse(HttpAnnounce.url(url, request));
    for (int hops = 0; ; hops++) {
      requireSafe(at);
      var response = http.send(Request.get(at.toString()));
      try (var body = response.body()) {
        int status = response.status().code();
        var location = response.field("Location");
        if (status / 100 == 3 && location.isPresent()) {
          if (hops == limits.redirects()) {
            throw new IOException("more than " + limits.redirects() + " redirects");
          }
          at = ForeignUrl.redirect(at, location.get());
          continue;
        }
        return answer(response, body.bytes(limits.answer()));
      } catch (RuntimeException e) {
        throw new IOException("an answer of more than " + limits.answer() + " bytes", e);
      }
    }
  }

  private AnnounceAnswer answer(Response response, byte[] body) throws IOException {
    int status = response.status().code();
    if (status == 200 || body.length > 0 && body[0] == 'd') {
      return HttpAnnounce.parse(body, limits);
    }
    throw new IOException("the tracker answers " + response.status());
  }

  /** A tracker on this machine must look like one: other local services take other paths. */
  private static void requireSafe(URI uri) throws IOException {
    ForeignUrl.requireHttp(uri);
    var path = uri.getPath() == null ? "" : uri.getPath();
    if (ForeignUrl.isLocal(uri) && !path.endsWith("/announce")) {
      throw new IOException("a tracker on a local address must be at /announce");
    }
  }

  @Override
  public void close() {
    http.close();
  }
}
