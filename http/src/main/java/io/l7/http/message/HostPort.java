package io.l7.http.message;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Host and port of a URI (RFC 3986 §3.2). {@link URI} knows a host in it only where that is a host
 * name of RFC 1123, and so none with an underline, as the networks of containers have.
 *
 * @param host in lower case; an IPv6 address in brackets
 * @param port -1: that of the scheme
 */
public record HostPort(String host, int port) {
  /** A host with an underline: what {@link URI} refuses for another reason stays refused. */
  private static final String UNDERLINED =
      "(?:[^@]*@)?(?<host>[A-Za-z0-9._-]*_[A-Za-z0-9._-]*)(?::(?<port>[0-9]{1,5})?)?";

  /** That of a URI; nothing where it has none. */
  public static Optional<HostPort> of(URI uri) {
    if (uri.getHost() != null)
      return Optional.of(new HostPort(lower(uri.getHost()), uri.getPort()));
    var text = uri.getRawAuthority();
    if (text == null || text.indexOf('_') < 0) return Optional.empty();
    var parts = Pattern.compile(UNDERLINED).matcher(text);
    if (!parts.matches()) return Optional.empty();
    var port = parts.group("port");
    return Optional.of(
        new HostPort(lower(parts.group("host")), port == null ? -1 : Integer.parseInt(port)));
  }

  private static String lower(String host) {
    return host.toLowerCase(Locale.ROOT);
  }

  /** As it stands in a URI and in {@code Host}: without the port where there is none. */
  @Override
  public String toString() {
    return port < 0 ? host : host + ":" + port;
  }
}
