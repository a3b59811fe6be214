package io.l7.http.client;

import io.l7.common.framing.ChunkedInput;
import io.l7.common.framing.Line;
import io.l7.http.message.Fields;
import java.util.Locale;
import java.util.Set;

/**
 * The trailer section of a received body. Fields that frame, route, authenticate or control are
 * dropped: they must not come that late (RFC 9110 §6.5.1).
 */
final class Trailers {
  private static final Set<String> NOT_THAT_LATE =
      Set.of(
          "transfer-encoding",
          "content-length",
          "host",
          "connection",
          "keep-alive",
          "upgrade",
          "trailer",
          "te",
          "authorization",
          "proxy-authorization",
          "set-cookie",
          "content-encoding",
          "content-type",
          "content-range",
          "cache-control",
          "age",
          "expires",
          "date",
          "location",
          "vary");

  private Trailers() {}

  static Fields of(ChunkedInput body) {
    Fields.Builder fields = Fields.builder();
    for (Line line : body.trailers()) {
      String text = line.latin1();
      int colon = text.indexOf(':');
      if (colon > 0 && !NOT_THAT_LATE.contains(text.substring(0, colon).toLowerCase(Locale.ROOT))) {
        addIfWellFormed(fields, text.substring(0, colon), text.substring(colon + 1).strip());
      }
    }
    return fields.build();
  }

  private static void addIfWellFormed(Fields.Builder fields, String name, String value) {
    try {
      fields.add(name, value);
    } catch (IllegalArgumentException _) {
      // A malformed trailer line says nothing: it may be dropped like any trailer.
    }
  }
}
