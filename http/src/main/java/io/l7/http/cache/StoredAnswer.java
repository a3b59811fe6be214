package io.l7.http.cache;

import io.l7.http.message.Body;
import io.l7.http.message.FieldNames;
import io.l7.http.message.Fields;
import io.l7.http.message.Method;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import io.l7.http.message.Status;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Makes the answer to one request out of a stored response: 200 and its like, 206, 304, 416. */
final class StoredAnswer {
  /** What a 304 repeats of the 200 it stands for (RFC 9110 §15.4.5), and what caches add. */
  private static final List<String> IN_304 =
      List.of(
          FieldNames.CACHE_CONTROL,
          FieldNames.CDN_CACHE_CONTROL,
          FieldNames.CONTENT_LOCATION,
          FieldNames.DATE,
          FieldNames.ETAG,
          FieldNames.EXPIRES,
          FieldNames.VARY,
          FieldNames.LAST_MODIFIED,
          FieldNames.AGE,
          FieldNames.CACHE_STATUS);

  private StoredAnswer() {}

  static Response of(CacheStore.Entry entry, Request request, String cacheStatus, Instant now)
      throws IOException {
    StoredResponse stored = entry.response();
    Fields fields = fields(stored, cacheStatus, now);
    if (isNotModified(request.fields(), stored, now)) {
      return notModified(fields);
    }
    if (stored.range().isPresent()) {
      return partOfPart(entry, stored.range().get(), request, fields);
    }
    if (stored.status().code() == 200
        && request.fields().contains(FieldNames.RANGE)
        && request.method().equals(Method.GET)
        && ifRangeHolds(request.fields(), stored)) {
      switch (RequestedRange.of(request.fields(), stored.length())) {
        case RequestedRange.Part part -> {
          var range = new ContentRange(part.first(), part.last(), stored.length());
          return Response.of(
              Status.PARTIAL_CONTENT,
              fields.with(FieldNames.CONTENT_RANGE, range.toString()),
              entry.open(part.first(), part.length()));
        }
        case RequestedRange.Unsatisfiable _ -> {
          return Response.error(Status.RANGE_NOT_SATISFIABLE)
              .with(FieldNames.CONTENT_RANGE, "bytes */" + stored.length())
              .with(FieldNames.CACHE_STATUS, cacheStatus);
        }
        case RequestedRange.Whole _ -> {}
      }
    }
    return Response.of(stored.status(), fields, entry.open(0, stored.length()));
  }

  /** The fields of an answer from the store: those kept, the age, and what the cache did. */
  static Fields fields(StoredResponse stored, String cacheStatus, Instant now) {
    return stored.fields().toBuilder()
        .add(FieldNames.AGE, Long.toString(stored.freshness().currentAge(now).toSeconds()))
        .add(FieldNames.CACHE_STATUS, cacheStatus)
        .build();
  }

  /** Whether a stored part holds all that this request asks for. */
  static boolean covers(StoredResponse stored, Request request) {
    Optional<ContentRange> held = stored.range();
    if (held.isEmpty()) {
      return true;
    }
    return request.method().equals(Method.GET)
        && ifRangeHolds(request.fields(), stored)
        && RequestedRange.of(request.fields(), held.get().complete())
            instanceof RequestedRange.Part part
        && part.first() >= held.get().first()
        && part.last() <= held.get().last();
  }

  private static Response partOfPart(
      CacheStore.Entry entry, ContentRange held, Request request, Fields fields)
      throws IOException {
    if (RequestedRange.of(request.fields(), held.complete()) instanceof RequestedRange.Part part) {
      var range = new ContentRange(part.first(), part.last(), held.complete());
      return Response.of(
          Status.PARTIAL_CONTENT,
          fields.with(FieldNames.CONTENT_RANGE, range.toString()),
          entry.open(part.first() - held.first(), part.length()));
    }
    throw new IOException("the stored part does not answer the request");
  }

  static Response notModified(Fields fields) {
    Fields.Builder kept = Fields.builder();
    for (String name : IN_304) {
      for (String value : fields.all(name)) {
        kept.add(name, value);
      }
    }
    return Response.of(Status.NOT_MODIFIED, kept.build(), Body.empty());
  }

  /** RFC 9111 §4.3.2: the client's own condition, judged by what is stored. */
  static boolean isNotModified(Fields request, StoredResponse stored, Instant now) {
    if (stored.status().code() != 200 && stored.status().code() != 206) {
      return false;
    }
    if (request.contains(FieldNames.IF_NONE_MATCH)) {
      String own = stored.etag().map(StoredAnswer::opaque).orElse("");
      for (String tag : StructuredFields.members(request.all(FieldNames.IF_NONE_MATCH))) {
        if (tag.equals("*") || (!own.isEmpty() && opaque(tag).equals(own))) {
          return true;
        }
      }
      return false;
    }
    Optional<Instant> since = Freshness.date(request, FieldNames.IF_MODIFIED_SINCE, now);
    if (since.isEmpty()) {
      return false;
    }
    // Without Last-Modified, Date takes its place; without that, the time of arrival.
    Instant modified =
        Freshness.date(stored.fields(), FieldNames.LAST_MODIFIED, now)
            .or(() -> Freshness.date(stored.fields(), FieldNames.DATE, now))
            .orElse(stored.freshness().responseTime());
    return !modified.isAfter(since.get());
  }

  private static boolean ifRangeHolds(Fields request, StoredResponse stored) {
    Optional<String> condition = request.first(FieldNames.IF_RANGE);
    if (condition.isEmpty()) {
      return true;
    }
    // RFC 9110 §13.1.5: strong comparison, or the very same date.
    return condition.get().startsWith("\"")
        ? stored.etag().filter(condition.get()::equals).isPresent()
        : stored.lastModified().filter(condition.get()::equals).isPresent();
  }

  /** An entity tag without its weakness: RFC 9110 §8.8.3.2, weak comparison. */
  private static String opaque(String tag) {
    return tag.startsWith("W/") ? tag.substring(2) : tag;
  }
}
