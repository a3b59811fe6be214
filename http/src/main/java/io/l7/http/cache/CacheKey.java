package io.l7.http.cache;

import io.l7.http.message.HostPort;
import io.l7.http.message.Request;
import io.l7.http.message.UriReference;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;

/**
 * What a stored response is found by: the target URI (RFC 9111 §2). The method is always GET; HEAD
 * is answered from it.
 *
 * <p>Path and query stay octet for octet as they came: a cache that decodes or cleans them can be
 * made to store one resource under the name of another.
 *
 * @param uri scheme and authority in lower case, then path and query as they came
 */
public record CacheKey(String uri) {
  public static CacheKey of(Request request) {
    return new CacheKey(request.uri());
  }

  /**
   * The key of an absolute URI as a person types it: default port, upper-case host and an empty
   * path are made what a request would carry.
   */
  public static CacheKey of(URI uri) {
    return of(Request.of(io.l7.http.message.Method.GET, uri));
  }

  /**
   * The key a reference in a response to this request points to, if it has the same origin: only
   * then may it be invalidated (RFC 9111 §4.4).
   */
  Optional<CacheKey> sameOrigin(String reference) {
    try {
      URI target = UriReference.resolve(new URI(uri), reference);
      if (HostPort.of(target).isEmpty()) {
        return Optional.empty();
      }
      CacheKey key = of(target);
      return key.origin().equals(origin()) ? Optional.of(key) : Optional.empty();
    } catch (URISyntaxException | IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private String origin() {
    int path = uri.indexOf('/', uri.indexOf("://") + 3);
    return (path < 0 ? uri : uri.substring(0, path)).toLowerCase(Locale.ROOT);
  }

  @Override
  public String toString() {
    return uri;
  }
}
