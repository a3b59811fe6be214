package io.l7.http.semantics;

import io.l7.http.message.FieldNames;
import io.l7.http.message.Fields;
import java.util.Collection;
import java.util.Locale;

/**
 * Content codings that files come in (RFC 9110 §8.4.1), in our order of preference where the client
 * has none.
 */
public enum Coding {
  BROTLI("br", ".br"),
  ZSTD("zstd", ".zst"),
  GZIP("gzip", ".gz"),
  IDENTITY("identity", "");

  private static final int FULL_QUALITY = 1000;

  private final String token;
  private final String suffix;

  Coding(String token, String suffix) {
    this.token = token;
    this.suffix = suffix;
  }

  /** As in {@code Content-Encoding}. */
  public String token() {
    return token;
  }

  /** What a file's name has behind it when its content is so coded; empty for identity. */
  public String suffix() {
    return suffix;
  }

  /**
   * The coding a client likes best of those there are (RFC 9110 §12.5.3); identity where it likes
   * none.
   */
  public static Coding choose(Fields request, Collection<Coding> available) {
    if (available.isEmpty() || !request.contains(FieldNames.ACCEPT_ENCODING)) {
      return IDENTITY;
    }
    Coding best = IDENTITY;
    int bestQuality = 0;
    for (Coding coding : values()) {
      if (coding == IDENTITY || available.contains(coding)) {
        int quality = quality(request, coding);
        if (quality > bestQuality) {
          best = coding;
          bestQuality = quality;
        }
      }
    }
    return best;
  }

  /** In thousandths. */
  private static int quality(Fields request, Coding coding) {
    // Identity is acceptable unless it is excluded, but never preferred to a coding that is named.
    int any = coding == IDENTITY ? 1 : 0;
    for (String member : request.list(FieldNames.ACCEPT_ENCODING)) {
      int semicolon = member.indexOf(';');
      String name =
          (semicolon < 0 ? member : member.substring(0, semicolon))
              .strip()
              .toLowerCase(Locale.ROOT);
      int quality = semicolon < 0 ? FULL_QUALITY : weight(member.substring(semicolon + 1));
      if (name.equals(coding.token) || (coding == GZIP && name.equals("x-gzip"))) {
        return quality;
      }
      if (name.equals("*")) {
        any = coding == IDENTITY ? Math.min(1, quality) : quality;
      }
    }
    return any;
  }

  private static int weight(String parameters) {
    String text = parameters.strip().toLowerCase(Locale.ROOT);
    if (!text.startsWith("q=")) {
      return FULL_QUALITY;
    }
    try {
      return (int)
          Math.round(Math.clamp(Double.parseDouble(text.substring(2)), 0.0, 1.0) * FULL_QUALITY);
    } catch (NumberFormatException _) {
      return 0;
    }
  }
}
