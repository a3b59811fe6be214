package io.l7.bittorrent.announce;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/**
 * Path and query of a UDP tracker's URL as options behind an announce (BEP 41): by them a tracker
 * tells its users apart.
 */
final class UrlData {
  private static final int URL_DATA = 2;
  private static final int LONGEST_OPTION = 255;

  /** Octets of path and query that are told; a datagram has to hold them. */
  private static final int MOST = 1_000;

  private UrlData() {}

  /** The options; none where the URL says nothing behind its port. */
  static byte[] of(URI uri) {
    var path = uri.getRawPath() == null ? "" : uri.getRawPath();
    var query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
    var text = (path + query).getBytes(StandardCharsets.UTF_8);
    var options = new ByteArrayOutputStream();
    // BEP 41: what is longer than an option goes on in the next one.
    for (int at = 0; at < text.length && text.length <= MOST; at += LONGEST_OPTION) {
      int length = Math.min(LONGEST_OPTION, text.length - at);
      options.write(URL_DATA);
      options.write(length);
      options.write(text, at, length);
    }
    return options.toByteArray();
  }
}
