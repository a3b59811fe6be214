package io.l7.http.message;

import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Host and port of a URI (RFC 3986 §3.2). {@link URI} knows a host in it only where that is a host
 * name of RFC 1123: none with an underline, as the networks of containers have, and none beyond
 * ASCII.
 *
 * @param host in lower case and in ASCII; an IPv6 address in brackets
 * @param port -1: that of the scheme
 */
public record HostPort(String host, int port) {
  /** What {@link URI} takes for no host; where it is none for another reason it stays none. */
  private static final Pattern UNKNOWN =
      Pattern.compile("(?:[^@]*@)?(?<host>[^@:\\[\\]]+)(?::(?<port>[0-9]{1,5})?)?");

  private static final Pattern UNDERLINED = Pattern.compile("[A-Za-z0-9._-]*_[A-Za-z0-9._-]*");

  /**
   * That of a URI; nothing where it has none.
   *
   * @throws IllegalArgumentException the host is beyond ASCII, and has no name in it
   */
  public static Optional<HostPort> of(URI uri) {
    if (uri.getHost() != null)
      return Optional.of(new HostPort(lower(uri.getHost()), uri.getPort()));
    var authority = uri.getRawAuthority();
    if (authority == null) return Optional.empty();
    var parts = UNKNOWN.matcher(authority);
    if (!parts.matches()) return Optional.empty();
    var host = parts.group("host");
    if (HostLabels.isBeyondAscii(host)) host = HostLabels.toAscii(host);
    else if (!UNDERLINED.matcher(host).matches()) return Optional.empty();
    var port = parts.group("port");
    return Optional.of(new HostPort(lower(host), port == null ? -1 : Integer.parseInt(port)));
  }

  /** The user information of a URI, decoded, whatever its host is like. */
  public static Optional<String> login(URI uri) {
    var authority = uri.getRawAuthority();
    int at = authority == null ? -1 : authority.lastIndexOf('@');
    return at < 0
        ? Optional.empty()
        : Optional.ofNullable(
            URI.create("x://" + authority.substring(0, at + 1) + "h").getUserInfo());
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
