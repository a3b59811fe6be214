package io.l7.http.cache;

import io.l7.common.json.Json;
import io.l7.http.message.FieldNames;
import io.l7.http.message.Fields;
import io.l7.http.message.Method;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import io.l7.http.message.Status;
import io.l7.http.message.Target;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * What the machine itself may ask of a cache over HTTP: explanations, and purges by the method
 * PURGE as other caches have it. {@code PURGE /a} forgets a URL, {@code PURGE /img/*} a prefix, and
 * with a {@code Cache-Tag} field every response that carries one of these tags. Others are refused:
 * keys and times of what was asked for are not for strangers, and a purge costs the upstream.
 */
final class Administration {
  private static final List<String> FORWARDING =
      List.of(FieldNames.FORWARDED, FieldNames.X_FORWARDED_FOR, FieldNames.VIA);

  private final HttpCache cache;

  Administration(HttpCache cache) {
    this.cache = cache;
  }

  /** The answer; none where the request is an ordinary one. */
  Optional<Response> answer(Request request) {
    if (request.method().equals(Method.PURGE)) {
      return Optional.of(
          isLocal(request)
              ? purge(request)
              : Response.error(Status.FORBIDDEN, "PURGE is for this machine alone"));
    }
    if (request.fields().contains(Explanation.REQUEST_FIELD) && isLocal(request)) {
      Explanation explanation = cache.explain(request.without(Explanation.REQUEST_FIELD));
      return Optional.of(
          Response.json(explanation.json().toString())
              .withFields(
                  Fields.of(
                      FieldNames.CONTENT_TYPE,
                      Explanation.CONTENT_TYPE,
                      FieldNames.CACHE_CONTROL,
                      "no-store")));
    }
    return Optional.empty();
  }

  /** Not so what a neighbour on this machine passes on: that is asked by anybody. */
  private static boolean isLocal(Request request) {
    InetAddress client = request.exchange().remote().getAddress();
    return client != null
        && client.isLoopbackAddress()
        && FORWARDING.stream().noneMatch(request.fields()::contains);
  }

  private Response purge(Request request) {
    List<String> tags = request.fields().list("Cache-Tag");
    int count = 0;
    if (!tags.isEmpty()) {
      for (String tag : tags) {
        count += cache.purgeTag(tag);
      }
    } else if (request.path().endsWith("*")) {
      String path = request.path();
      String below = request.withTarget(Target.of(path.substring(0, path.length() - 1))).uri();
      count = cache.purgePrefix(below);
    } else {
      count = cache.purge(CacheKey.of(request));
    }
    return Response.json(Json.object().put("purged", count) + "\n");
  }
}
