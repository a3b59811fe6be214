package io.l7.http.cache;

import io.l7.http.message.FieldNames;
import io.l7.http.message.Fields;
import io.l7.http.message.Method;
import io.l7.http.message.Status;
import java.util.Optional;

/** Whether a shared cache may store a response (RFC 9111 §3). */
final class StoragePolicy {
  /** The verdict. */
  sealed interface Verdict {
    /** It may; why. */
    record Store(String because) implements Verdict {}

    /** It must not, or it would be of no use; why. */
    record Pass(String because) implements Verdict {}

    String because();
  }

  private StoragePolicy() {}

  static Verdict decide(
      CacheKey key,
      Method method,
      Fields request,
      Status status,
      Fields response,
      CacheControl control) {
    if (!method.equals(Method.GET) && !isPostOfItself(key, method, response, control)) {
      return new Verdict.Pass("a response to " + method + " is not kept");
    }
    if (status.code() < 200 || status.code() == 304) {
      return new Verdict.Pass("status " + status.code() + " is about another response");
    }
    boolean understood = isUnderstood(status);
    if (status.code() == 206 && !isWholeRange(response)) {
      return new Verdict.Pass("parts of a content are kept only as one range of a known whole");
    }
    // RFC 9111 §5.2.2.3: must-understand takes the place of no-store for a cache that knows the
    // status.
    if (control.has("must-understand")) {
      if (!understood) {
        return new Verdict.Pass(
            "must-understand, and status " + status.code() + " is unknown here");
      }
    } else if (control.has("no-store")) {
      return new Verdict.Pass("no-store");
    }
    if (CacheControl.ofRequest(request).has("no-store")) {
      return new Verdict.Pass("the request says no-store"); // RFC 9111 §5.2.1.5
    }
    if (control.hasBare("private")) {
      return new Verdict.Pass("private, and this cache is shared");
    }
    // RFC 9111 §3.5.
    if (request.contains(FieldNames.AUTHORIZATION)
        && !(control.has("public") || control.has("s-maxage") || control.has("must-revalidate"))) {
      return new Verdict.Pass("the request carried Authorization and nothing allows sharing");
    }
    if (Vary.of(request, response).isEmpty()) {
      return new Verdict.Pass("Vary: * matches no later request");
    }
    return explicit(response, control)
        .<Verdict>map(Verdict.Store::new)
        .orElseGet(
            () ->
                Freshness.heuristicallyCacheable(status, control)
                        && (response.contains(FieldNames.LAST_MODIFIED)
                            || response.contains(FieldNames.ETAG))
                    ? new Verdict.Store(
                        "status " + status.code() + " may be kept, and it has a validator")
                    : new Verdict.Pass("no lifetime and no validator"));
  }

  private static Optional<String> explicit(Fields response, CacheControl control) {
    if (control.has("s-maxage")) {
      return Optional.of("s-maxage");
    }
    if (control.has("max-age")) {
      return Optional.of("max-age");
    }
    if (control.target().isEmpty() && response.contains(FieldNames.EXPIRES)) {
      return Optional.of("Expires");
    }
    return control.has("public") ? Optional.of("public") : Optional.empty();
  }

  // RFC 9110 §9.3.3: only with explicit freshness and a Content-Location that names the target
  // itself.
  private static boolean isPostOfItself(
      CacheKey key, Method method, Fields response, CacheControl control) {
    return method.equals(Method.POST)
        && explicit(response, control).isPresent()
        && response
            .first(FieldNames.CONTENT_LOCATION)
            .flatMap(key::sameOrigin)
            .filter(key::equals)
            .isPresent();
  }

  private static boolean isWholeRange(Fields response) {
    return response.first(FieldNames.CONTENT_RANGE).flatMap(ContentRange::parse).isPresent();
  }

  /**
   * Final statuses whose rules of caching this class knows: all registered ones it treats alike.
   */
  private static boolean isUnderstood(Status status) {
    return !Status.of(status.code()).reason().isEmpty();
  }
}
