package io.l7.http.cache;

import io.l7.http.message.FieldNames;
import io.l7.http.message.Fields;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The answer of a stored response with its head encoded, good for one second: its Age is the same
 * for all who ask within it. Spares building and encoding the fields for what is asked for often.
 *
 * @param stored what it was made of
 * @param age in whole seconds
 * @param response with a head ready for the wire
 */
record ReadyAnswer(StoredResponse stored, long age, Response response) {
  /** A place where an entry keeps its ready answer. */
  static final class Place {
    private final AtomicReference<@Nullable ReadyAnswer> answer = new AtomicReference<>();

    Response get(CacheStore.Entry entry, String cache, Instant now) throws IOException {
      StoredResponse stored = entry.response();
      long age = stored.freshness().currentAge(now).toSeconds();
      ReadyAnswer ready = answer.get();
      if (ready != null && ready.age == age && isOf(ready, stored)) {
        entry.used();
        return ready.response;
      }
      Fields fields =
          StoredAnswer.fields(
              stored, CacheStatus.hit(cache, stored.freshness().timeToLive(now)), now);
      Response made = Response.of(stored.status(), fields, entry.open(0, stored.length()));
      made = made.prepared(head(made, stored.length()));
      answer.set(new ReadyAnswer(stored, age, made));
      return made;
    }

    @SuppressWarnings(
        "ReferenceEquality") // a renewed response is another object, and comparing every field is
    // what this spares
    private static boolean isOf(ReadyAnswer ready, StoredResponse stored) {
      return ready.stored == stored;
    }
  }

  /**
   * Whether a request gets the whole as it is stored: nothing in it asks for a part or sets a
   * condition.
   */
  static boolean suits(Request request, StoredResponse stored) {
    Fields fields = request.fields();
    return !stored.status().isWithoutContent()
        && stored.range().isEmpty()
        && !fields.contains(FieldNames.RANGE)
        && !fields.contains(FieldNames.IF_NONE_MATCH)
        && !fields.contains(FieldNames.IF_MODIFIED_SINCE);
  }

  private static byte[] head(Response response, long length) {
    var head = new StringBuilder(512);
    int code = response.status().code();
    head.append("HTTP/1.1 ")
        .append(code)
        .append(' ')
        .append(response.status().reason())
        .append("\r\n");
    response
        .fields()
        .forEach(
            (name, value) -> {
              if (!name.equalsIgnoreCase(FieldNames.CONTENT_LENGTH)) {
                head.append(name).append(": ").append(value).append("\r\n");
              }
            });
    return head.append("Content-Length: ")
        .append(length)
        .append("\r\n")
        .toString()
        .getBytes(StandardCharsets.ISO_8859_1);
  }
}
