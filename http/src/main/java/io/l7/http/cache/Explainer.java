package io.l7.http.cache;

import io.l7.http.message.FieldNames;
import io.l7.http.message.Fields;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Puts the decisions of a shared cache into words, by asking the same policies that make them. */
public final class Explainer {
  private Explainer() {}

  /** What a shared cache would do with an answer that has just arrived. */
  public static Explanation ofArrival(
      Request request, Response response, Instant requestTime, Instant responseTime) {
    CacheKey key = CacheKey.of(request);
    CacheLimits limits = CacheLimits.defaults();
    CacheControl control = CacheControl.ofResponse(response.fields());
    StoragePolicy.Verdict verdict =
        StoragePolicy.decide(
            key, request.method(), request.fields(), response.status(), response.fields(), control);
    Freshness freshness =
        Freshness.of(
            response.status(), response.fields(), control, requestTime, responseTime, limits);
    var because = new ArrayList<Explanation>();
    because.add(Explanation.of("cache key: " + key));
    because.add(varies(response.fields()));
    because.add(directives(control));
    for (String status : response.fields().list(FieldNames.CACHE_STATUS)) {
      because.add(Explanation.of("a cache on the way says: " + status));
    }
    because.add(arithmetic(freshness, responseTime));
    because.add(validators(response.fields()));
    String outcome =
        switch (verdict) {
          case StoragePolicy.Verdict.Store(String why) -> "a shared cache may store this: " + why;
          case StoragePolicy.Verdict.Pass(String why) ->
              "a shared cache does not store this: " + why;
        };
    return new Explanation(
        request.method() + " " + request.uri() + ": " + response.status() + "; " + outcome,
        because);
  }

  /** What a cache would do with a request now. */
  static Explanation ofRequest(HttpCache cache, String route, Request request, Instant now) {
    CacheKey key = CacheKey.of(request);
    List<CacheStore.Entry> entries = cache.store().find(key);
    Optional<CacheStore.Entry> selected = cache.select(key, request);
    var because = new ArrayList<Explanation>();
    because.add(Explanation.of("route: " + route));
    because.add(Explanation.of("cache key: " + key));
    because.add(variants(entries, request));
    String outcome;
    if (selected.isEmpty()) {
      outcome =
          "miss: "
              + (entries.isEmpty()
                  ? "nothing is stored under this key"
                  : "no stored variant matches");
    } else {
      StoredResponse stored = selected.get().response();
      CacheControl control = CacheControl.ofRequest(request.fields());
      because.add(stored(stored));
      because.add(arithmetic(stored.freshness(), now));
      if (control != CacheControl.NONE) {
        because.add(Explanation.of("the request says " + control));
      }
      outcome = outcome(ReusePolicy.decide(stored, control, now), stored);
    }
    return new Explanation(request.method() + " " + request.uri() + ": " + outcome, because);
  }

  private static String outcome(ReusePolicy.Verdict verdict, StoredResponse stored) {
    String validation =
        stored.hasValidator()
            ? "the upstream is asked whether it is still right"
            : "it has no validator, the upstream is asked for it anew";
    return switch (verdict) {
      case FRESH -> "hit: fresh";
      case STALE_ACCEPTED -> "hit: stale, and the request takes it so (max-stale)";
      case STALE_WHILE_REVALIDATE ->
          "hit: stale, renewed in the background (stale-while-revalidate)";
      case STALE -> "forwarded: stale, " + validation;
      case MUST_VALIDATE ->
          "forwarded: "
              + (stored.rules().noCache() ? "no-cache, " : "the request insists, ")
              + validation;
    };
  }

  private static Explanation variants(List<CacheStore.Entry> entries, Request request) {
    var each = new ArrayList<Explanation>();
    for (CacheStore.Entry entry : entries) {
      Vary vary = entry.response().vary();
      String by = vary.names().isEmpty() ? "does not vary" : "for requests " + selecting(vary);
      String part = entry.response().range().map(range -> ", holds " + range).orElse("");
      each.add(
          Explanation.of(
              by + part + (vary.matches(request.fields()) ? ": matches" : ": another request's")));
    }
    return new Explanation("stored under this key: " + entries.size(), each);
  }

  private static String selecting(Vary vary) {
    var each = new ArrayList<String>();
    for (int i = 0; i < vary.names().size(); i++) {
      String value = vary.values().get(i); // as Vary keeps it: a colon before what there is
      String name = vary.names().get(i);
      each.add(value.isEmpty() ? "without " + name : "with " + name + ": " + value.substring(1));
    }
    return String.join(", ", each);
  }

  private static Explanation stored(StoredResponse stored) {
    var details = new ArrayList<Explanation>();
    details.add(Explanation.of("arrived " + stored.freshness().responseTime()));
    details.add(validators(stored.fields()));
    StoredResponse.Rules rules = stored.rules();
    if (rules.mustRevalidate()) {
      details.add(
          Explanation.of("never used stale (must-revalidate, proxy-revalidate or s-maxage)"));
    }
    if (rules.staleWhileRevalidate() > 0) {
      details.add(
          Explanation.of(
              "may be used "
                  + rules.staleWhileRevalidate()
                  + " s past its lifetime while it is renewed"));
    }
    if (rules.staleIfError() >= 0) {
      details.add(
          Explanation.of(
              "may be used " + rules.staleIfError() + " s past its lifetime in place of an error"));
    }
    if (!stored.tags().isEmpty()) {
      details.add(Explanation.of("tags: " + String.join(", ", stored.tags())));
    }
    return new Explanation(
        "selected: " + stored.status() + ", " + stored.length() + " bytes", details);
  }

  private static Explanation varies(Fields response) {
    List<String> names = response.list(FieldNames.VARY);
    return Explanation.of(
        names.isEmpty()
            ? "one answer for all requests: no Vary"
            : "a variant for each value of " + String.join(", ", names));
  }

  private static Explanation directives(CacheControl control) {
    String source = control.target().orElse(FieldNames.CACHE_CONTROL);
    return Explanation.of(
        control.isEmpty()
            ? "no directives in " + source
            : "directives of " + source + ": " + control);
  }

  private static Explanation validators(Fields fields) {
    var found = new ArrayList<String>();
    for (String name : List.of(FieldNames.ETAG, FieldNames.LAST_MODIFIED)) {
      fields.first(name).ifPresent(value -> found.add(name + " " + value));
    }
    return Explanation.of(
        found.isEmpty() ? "no validator" : "validators: " + String.join(", ", found));
  }

  /** The sums of RFC 9111 §4.2, in its own names. */
  static Explanation arithmetic(Freshness freshness, Instant now) {
    Duration resident = freshness.currentAge(now).minus(freshness.initialAge());
    Duration left = freshness.timeToLive(now);
    String verdict =
        left.isPositive()
            ? "fresh for " + seconds(left) + " more"
            : "stale for " + seconds(left.negated());
    return Explanation.of(
        verdict
            + ": freshness_lifetime "
            + seconds(freshness.lifetime())
            + (left.isPositive() ? " > " : " <= ")
            + "current_age "
            + seconds(freshness.currentAge(now)),
        Explanation.of(
            "freshness_lifetime = "
                + seconds(freshness.lifetime())
                + ", from "
                + freshness.source()),
        Explanation.of(
            "current_age = corrected_initial_age + resident_time = "
                + seconds(freshness.initialAge())
                + " + "
                + seconds(resident),
            Explanation.of(
                "corrected_initial_age = max(apparent_age, age_value + response_delay) = max("
                    + seconds(freshness.apparentAge())
                    + ", "
                    + seconds(freshness.ageValue())
                    + " + "
                    + seconds(freshness.responseDelay())
                    + ")"),
            Explanation.of("resident_time = now - response_time = " + seconds(resident))));
  }

  private static String seconds(Duration duration) {
    long millis = duration.toMillis();
    return millis % 1000 == 0
        ? millis / 1000 + " s"
        : String.format(Locale.ROOT, "%.3f s", millis / 1000.0);
  }
}
