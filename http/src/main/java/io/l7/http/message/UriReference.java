package io.l7.http.message;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * References as servers and people write them, resolved by RFC 3986 §5.2. {@link URI#resolve} gives
 * other answers to a reference that is empty or a query alone, and leaves dot segments in absolute
 * paths.
 */
public final class UriReference {
  /** RFC 3986, appendix B. */
  private static final Pattern PARTS =
      Pattern.compile(
          "(?:(?<scheme>[A-Za-z][A-Za-z0-9+.-]*):)?(?<authority>//[^/?#]*)?(?<path>[^?#]*)"
              + "(?<query>\\?[^#]*)?(?:#.*)?",
          Pattern.DOTALL);

  /** What may not stand in a URI; a percent sign may only before two digits. */
  private static final Pattern ILLEGAL =
      Pattern.compile("[^!-~]|[\"<>\\\\^`{|}]|%(?![0-9A-Fa-f]{2})");

  private UriReference() {}

  /**
   * What a reference means on a page of this URI, without a fragment and without dot segments. What
   * may not stand in a URI is percent-encoded, octet for octet where the text holds octets.
   *
   * @param base absolute
   */
  public static URI resolve(URI base, String reference) throws URISyntaxException {
    Matcher own = parts(base.toString());
    Matcher other = parts(reference);
    String path = other.group("path");
    if (other.group("scheme") != null) {
      return uri(other.group("scheme"), other.group("authority"), path, other.group("query"));
    }
    String scheme = own.group("scheme");
    if (other.group("authority") != null) {
      return uri(scheme, other.group("authority"), path, other.group("query"));
    }
    String authority = own.group("authority");
    String here = own.group("path").isEmpty() ? "/" : own.group("path");
    if (!path.isEmpty()) {
      String merged =
          path.startsWith("/") ? path : here.substring(0, here.lastIndexOf('/') + 1) + path;
      return uri(scheme, authority, merged, other.group("query"));
    }
    return uri(
        scheme,
        authority,
        here,
        other.group("query") == null ? own.group("query") : other.group("query"));
  }

  private static Matcher parts(String text) {
    Matcher parts = PARTS.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException("no reference"); // the pattern matches any text
    }
    return parts;
  }

  private static URI uri(String scheme, String authority, String path, String query)
      throws URISyntaxException {
    return new URI(
        scheme
            + ":"
            + encoded(authority == null ? "" : authority)
            + encoded(withoutDotSegments(path)).replace("[", "%5B").replace("]", "%5D")
            + encoded(query == null ? "" : query));
  }

  private static String encoded(String text) {
    return ILLEGAL
        .matcher(text)
        .replaceAll(found -> String.format("%%%02X", (int) found.group().charAt(0)));
  }

  /** RFC 3986 §5.2.4. */
  private static String withoutDotSegments(String path) {
    if (!path.startsWith("/") || !path.contains("/.")) {
      return path;
    }
    var kept = new ArrayList<String>();
    String[] segments = path.substring(1).split("/", -1);
    for (int i = 0; i < segments.length; i++) {
      boolean up = segments[i].equals("..");
      if (up && !kept.isEmpty()) {
        kept.removeLast();
      }
      if (!up && !segments[i].equals(".")) {
        kept.add(segments[i]);
      } else if (i == segments.length - 1) {
        kept.add("");
      }
    }
    return "/" + String.join("/", kept);
  }
}
