package io.l7.bittorrent.announce;

import io.l7.http.message.HostPort;
import io.l7.http.message.UriReference;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/**
 * What is asked of the URLs that a torrent names, of trackers and web seeds, and of where those
 * redirect to: they must not let a stranger forge requests to this machine or its network.
 */
public final class ForeignUrl {
  private ForeignUrl() {}

  /** Reads a URL. */
  public static URI parse(String text) throws IOException {
    try {
      return URI.create(text);
    } catch (IllegalArgumentException e) {
      throw new IOException("not a URL: " + text, e);
    }
  }

  /** Where a redirect leads: from elsewhere never to this machine or its network. */
  public static URI redirect(URI from, String location) throws IOException {
    URI to;
    try {
      to = UriReference.resolve(from, location);
    } catch (URISyntaxException | IllegalArgumentException e) {
      throw new IOException("not a URL: " + location, e);
    }
    requireHttp(to);
    if (!isLocal(from) && isLocal(to)) {
      throw new IOException("a redirect to a local address, refused");
    }
    return to;
  }

  /** No {@code file:}, nor anything else that is not HTTP. */
  public static void requireHttp(URI uri) throws IOException {
    var scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    if (!(scheme.equals("http") || scheme.equals("https")) || !namesHost(uri)) {
      throw new IOException("not an http URL: " + uri);
    }
  }

  private static boolean namesHost(URI uri) {
    try {
      return HostPort.of(uri).filter(host -> host.port() <= 0xffff).isPresent();
    } catch (IllegalArgumentException _) {
      return false; // beyond ASCII, and no name
    }
  }

  /** Whether an address is of this machine or its network. */
  public static boolean isLocal(InetAddress address) {
    return Nearness.of(address) != Nearness.ELSEWHERE;
  }

  /** Whether it leads to this machine or its network, by the URL alone: no name is resolved. */
  public static boolean isLocal(URI uri) {
    return Nearness.of(uri) != Nearness.ELSEWHERE;
  }
}
