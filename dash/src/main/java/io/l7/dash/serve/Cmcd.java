package io.l7.dash.serve;

import io.l7.http.message.Request;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a client tells about its playback with a request (CTA-5004): from the query's {@code CMCD},
 * or the four header fields. Text is as the client sent it: not to be trusted.
 *
 * @param path of the request
 * @param keys such as {@code bl} (buffer, ms), {@code br} (kbit/s), {@code mtp} (measured kbit/s),
 *     {@code sid}; a key without a value is {@code true}
 */
public record Cmcd(String path, Map<String, String> keys) {
  private static final int MOST_KEYS = 64;
  private static final int LONGEST = 4096;

  public Cmcd {
    keys = Collections.unmodifiableMap(new TreeMap<>(keys));
  }

  static Optional<Cmcd> of(Request request) {
    var texts = new ArrayList<String>();
    for (String part : request.query().orElse("").split("&", -1)) {
      if (part.startsWith("CMCD=") && part.length() < LONGEST) {
        try {
          texts.add(URLDecoder.decode(part.substring(5), StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
          // A report that cannot be read is no reason to refuse the media.
          return Optional.empty();
        }
      }
    }
    for (String kind : new String[] {"Object", "Request", "Session", "Status"}) {
      request.field("CMCD-" + kind).filter(t -> t.length() < LONGEST).ifPresent(texts::add);
    }
    var keys = new TreeMap<String, String>();
    for (String text : texts) {
      for (String pair : text.split(",", -1)) {
        int equals = pair.indexOf('=');
        String key = (equals < 0 ? pair : pair.substring(0, equals)).strip();
        if (key.matches("[A-Za-z0-9.-]{1,64}") && keys.size() < MOST_KEYS) {
          keys.put(key, equals < 0 ? "true" : unquoted(pair.substring(equals + 1).strip()));
        }
      }
    }
    return keys.isEmpty() ? Optional.empty() : Optional.of(new Cmcd(request.path(), keys));
  }

  private static String unquoted(String text) {
    return text.length() > 1 && text.startsWith("\"") && text.endsWith("\"")
        ? text.substring(1, text.length() - 1)
        : text;
  }
}
