package io.l7.http.client;

import io.l7.common.net.Endpoint;
import io.l7.http.message.Request;
import java.util.Locale;

/**
 * Where a resource lives (RFC 9110 §4.3.1).
 *
 * @param scheme {@code http} or {@code https}
 * @param endpoint host without brackets, in lower case, and port
 */
public record Origin(String scheme, Endpoint endpoint) {
  /**
   * The origin of a request. Throws {@link IllegalArgumentException} where the authority is
   * malformed.
   */
  public static Origin of(Request request) {
    return of(request.scheme(), request.authority());
  }

  /** The origin of a scheme and an authority. */
  public static Origin of(String scheme, String authority) {
    if (!scheme.equals("http") && !scheme.equals("https")) {
      throw new IllegalArgumentException("not http or https: " + scheme);
    }
    return new Origin(
        scheme,
        Endpoint.parse(authority.toLowerCase(Locale.ROOT), scheme.equals("https") ? 443 : 80));
  }

  boolean isSecure() {
    return scheme.equals("https");
  }

  /** Host and port as the request target of CONNECT names them: always with a port. */
  String authority() {
    return endpoint.toString();
  }

  @Override
  public String toString() {
    return scheme + "://" + endpoint;
  }
}
