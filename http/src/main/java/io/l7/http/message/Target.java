package io.l7.http.message;

import java.util.Optional;

/**
 * A request target as it came (RFC 9112 §3.2), taken apart but not decoded: origin form {@code
 * /path?query}, absolute form, authority form (CONNECT) or {@code *}.
 *
 * @param raw the octets of the request line
 * @param path from the first slash to the question mark, as it came; {@code *} for the asterisk
 *     form; empty for the authority form
 * @param query behind the question mark, as it came; none where there is no question mark
 */
public record Target(String raw, String path, Optional<String> query) {
  public static final Target ASTERISK = new Target("*", "*", Optional.empty());
  public static final Target ROOT = new Target("/", "/", Optional.empty());

  /**
   * Takes an origin form, or the asterisk, apart. Throws {@link IllegalArgumentException} where it
   * is neither, or holds whitespace, a control or a byte over 127.
   */
  public static Target of(String raw) {
    if (raw.equals("/")) {
      return ROOT;
    }
    if (raw.equals("*")) {
      return ASTERISK;
    }
    if (raw.isEmpty() || raw.charAt(0) != '/') {
      throw new IllegalArgumentException(
          "a request target begins with a slash: " + Tokens.printable(raw));
    }
    return ofPath(raw, raw);
  }

  /** A target whose path and query are these, and whose octets are those (absolute form). */
  public static Target ofPath(String raw, String pathAndQuery) {
    for (int i = 0; i < raw.length(); i++) {
      char c = raw.charAt(i);
      if (c <= ' ' || c >= 0x7f) {
        throw new IllegalArgumentException(
            "a request target is visible ASCII: " + Tokens.printable(raw));
      }
    }
    int mark = pathAndQuery.indexOf('?');
    return mark < 0
        ? new Target(raw, pathAndQuery, Optional.empty())
        : new Target(
            raw, pathAndQuery.substring(0, mark), Optional.of(pathAndQuery.substring(mark + 1)));
  }

  /** Path and query as one text, in origin form. */
  public String pathAndQuery() {
    return query.map(q -> path + "?" + q).orElse(path);
  }

  /**
   * The path decoded once, for matching and for files; none where it could mean two things: a dot
   * segment, an encoded slash or backslash, a percent sign that decodes twice or wrongly, malformed
   * UTF-8, a control character.
   */
  public Optional<String> decodedPath() {
    return PathDecoder.decode(path);
  }

  @Override
  public String toString() {
    return raw;
  }
}
