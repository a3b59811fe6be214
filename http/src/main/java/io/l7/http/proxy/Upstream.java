package io.l7.http.proxy;

import io.l7.http.message.HostPort;
import java.net.URI;
import java.util.Locale;

/**
 * A server behind the proxy.
 *
 * @param scheme {@code http} or {@code https}
 * @param authority host and port
 */
public record Upstream(String scheme, String authority) {
  /** The upstream of an absolute URI; its path does not belong to it. */
  public static Upstream of(URI uri) {
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    HostPort host = HostPort.of(uri).orElse(null);
    if (host == null || !(scheme.equals("http") || scheme.equals("https"))) {
      throw new IllegalArgumentException(
          "an upstream is http://HOST[:PORT] or https://HOST[:PORT]: " + uri);
    }
    return new Upstream(scheme, host.toString());
  }

  @Override
  public String toString() {
    return scheme + "://" + authority;
  }
}
