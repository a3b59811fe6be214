package io.l7.http.cache;

import io.l7.http.message.FieldNames;
import io.l7.http.message.Fields;
import io.l7.http.message.HttpDate;
import io.l7.http.message.Status;
import io.l7.http.semantics.EntityTag;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * A response in the cache, without its content. Immutable: an update makes a new one with the same
 * content.
 *
 * @param key what it is found by
 * @param vary which requests it answers
 * @param status as it came
 * @param fields as they will be sent: without those of the connection and those that must not be
 *     reused unvalidated
 * @param freshness lifetime and age
 * @param rules what its directives allow once it is stale
 * @param range the part of the whole its content is, for a stored 206
 * @param length bytes of its content
 * @param tags names it can be purged by
 */
public record StoredResponse(
    CacheKey key,
    Vary vary,
    Status status,
    Fields fields,
    Freshness freshness,
    Rules rules,
    Optional<ContentRange> range,
    long length,
    Set<String> tags) {

  /**
   * What a response's directives allow.
   *
   * @param noCache never without validation
   * @param mustRevalidate never when stale, not even when no upstream can be reached
   * @param staleWhileRevalidate seconds past its lifetime in which it may be used while a fetch in
   *     the background renews it (RFC 5861 §3)
   * @param staleIfError seconds past its lifetime in which it may be used in place of an error (RFC
   *     5861 §4); negative where nothing is said
   */
  public record Rules(
      boolean noCache, boolean mustRevalidate, long staleWhileRevalidate, long staleIfError) {
    static Rules of(CacheControl control) {
      // RFC 9111 §5.2.2.10: s-maxage has the sense of proxy-revalidate.
      boolean mustRevalidate =
          control.has("must-revalidate")
              || control.has("proxy-revalidate")
              || control.has("s-maxage");
      return new Rules(
          control.hasBare("no-cache"),
          mustRevalidate,
          control.seconds("stale-while-revalidate").orElse(0),
          control.seconds("stale-if-error").orElse(-1));
    }
  }

  public StoredResponse {
    tags = Set.copyOf(tags);
  }

  /** Builds one from a response as it arrived. The caller has found that it may be stored. */
  static StoredResponse of(
      CacheKey key,
      Fields request,
      Status status,
      Fields response,
      Instant requestTime,
      Instant responseTime,
      long length,
      CacheLimits limits) {
    CacheControl control = CacheControl.ofResponse(response);
    Vary vary =
        Vary.of(request, response)
            .orElseThrow(() -> new IllegalArgumentException("Vary: * is not stored"));
    return new StoredResponse(
        key,
        vary,
        status,
        dated(StorableFields.of(response, control), responseTime),
        Freshness.of(status, response, control, requestTime, responseTime, limits),
        Rules.of(control),
        status.code() == 206
            ? response.first(FieldNames.CONTENT_RANGE).flatMap(ContentRange::parse)
            : Optional.empty(),
        length,
        CacheTags.of(response, limits.tags()));
  }

  // RFC 9110 §6.6.1: a recipient that caches a response without Date adds the time of its arrival.
  private static Fields dated(Fields fields, Instant responseTime) {
    return fields.contains(FieldNames.DATE)
        ? fields
        : fields.plus(FieldNames.DATE, HttpDate.format(responseTime));
  }

  /**
   * This response with the fields of a 304 or of an answer to HEAD in place of its own (RFC 9111
   * §3.2, §4.3.4).
   */
  StoredResponse freshened(
      Fields request,
      Fields update,
      Instant requestTime,
      Instant responseTime,
      CacheLimits limits) {
    Fields merged = StorableFields.updated(fields, update);
    if (!update.contains(FieldNames.DATE)) {
      // Its own clock did not speak: the old Date would make it as old as before.
      merged = merged.with(FieldNames.DATE, HttpDate.format(responseTime));
    }
    if (Vary.of(request, merged).isEmpty()) {
      merged = merged.without(FieldNames.VARY); // Vary: * came late; what was stored keeps its own
      for (String line : fields.all(FieldNames.VARY)) {
        merged = merged.plus(FieldNames.VARY, line);
      }
    }
    StoredResponse renewed =
        of(key, request, status, merged, requestTime, responseTime, length, limits);
    Vary same = vary.names().equals(renewed.vary.names()) ? vary : renewed.vary;
    return new StoredResponse(
        key,
        same,
        status,
        renewed.fields,
        renewed.freshness,
        renewed.rules,
        range,
        length,
        renewed.tags);
  }

  StoredResponse withLength(long bytes) {
    return new StoredResponse(key, vary, status, fields, freshness, rules, range, bytes, tags);
  }

  Optional<String> etag() {
    return fields.first(FieldNames.ETAG);
  }

  Optional<String> lastModified() {
    return fields.first(FieldNames.LAST_MODIFIED);
  }

  boolean hasValidator() {
    return fields.contains(FieldNames.ETAG) || fields.contains(FieldNames.LAST_MODIFIED);
  }

  /**
   * Whether a 304 is about this content (RFC 9111 §4.3.4): one with another validator confirms what
   * is not here.
   */
  boolean isConfirmedBy(Fields notModified) {
    Optional<EntityTag> told = notModified.first(FieldNames.ETAG).flatMap(EntityTag::parse);
    Optional<EntityTag> own = etag().flatMap(EntityTag::parse);
    if (told.isPresent() && own.isPresent()) {
      return told.get().matchesWeakly(own.get());
    }
    Optional<String> modified = notModified.first(FieldNames.LAST_MODIFIED);
    return modified.isPresent() && lastModified().isPresent()
        ? modified.equals(lastModified())
        : told.isEmpty();
  }

  /** Whether the fields of an answer to HEAD are of the same content (RFC 9111 §4.3.5). */
  boolean isDescribedBy(Fields head) {
    Optional<String> tag = head.first(FieldNames.ETAG);
    Optional<String> modified = head.first(FieldNames.LAST_MODIFIED);
    var told = head.firstNumber(FieldNames.CONTENT_LENGTH);
    return (tag.isEmpty() || tag.equals(etag()))
        && (modified.isEmpty() || modified.equals(lastModified()))
        && (told.isEmpty() || told.getAsLong() == length);
  }

  /**
   * Whether this one takes the place of the other in a store: same requests, same part of the
   * content.
   */
  boolean replaces(StoredResponse other) {
    return key.equals(other.key)
        && vary.names().equals(other.vary.names())
        && vary.values().equals(other.vary.values())
        && (range.isEmpty() || range.equals(other.range));
  }

  /** Bytes its fields and bookkeeping take in memory, roughly. */
  int overhead() {
    int bytes = 512 + 2 * key.uri().length();
    for (int line = 0; line < fields.size(); line++) {
      bytes += 96 + fields.name(line).length() + fields.value(line).length();
    }
    return bytes;
  }
}
