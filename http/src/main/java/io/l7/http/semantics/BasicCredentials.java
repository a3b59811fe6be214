package io.l7.http.semantics;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/** Name and password as Basic authentication carries them (RFC 7617 §2). Pure. */
public final class BasicCredentials {
  private static final String SCHEME = "Basic ";

  private BasicCredentials() {}

  /** The value of a field that logs in with {@code name:password}. */
  public static String field(String pair) {
    return SCHEME + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
  }

  /** {@code name:password}; none where the field is of another scheme or malformed. */
  public static Optional<String> pair(String field, Charset charset) {
    if (!field.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      return Optional.empty();
    }
    try {
      byte[] octets = Base64.getDecoder().decode(field.substring(SCHEME.length()).strip());
      String pair = new String(octets, charset);
      return pair.indexOf(':') < 0 ? Optional.empty() : Optional.of(pair);
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }
}
