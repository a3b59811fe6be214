package io.l7.http.cache;

import io.l7.common.metrics.Metrics;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;

/** What a cache counts; the hit rate is {@code hit} over the sum of all results. */
final class CacheCounters {
  private static final String REQUESTS = "l7_http_cache_requests_total";
  private static final String REQUESTS_HELP = "Requests by how the cache answered them";

  final Metrics.Tally hit;
  final Metrics.Tally stale;
  final Metrics.Tally validated;
  final Metrics.Tally miss;
  final Metrics.Tally collapsed;
  final Metrics.Tally pass;
  final Metrics.Tally stored;
  final Metrics.Tally brokenOff;
  final Metrics.Tally purged;

  CacheCounters(Metrics metrics, CacheStore store) {
    hit = metrics.counter(REQUESTS, REQUESTS_HELP, "result", "hit");
    stale = metrics.counter(REQUESTS, REQUESTS_HELP, "result", "stale");
    validated = metrics.counter(REQUESTS, REQUESTS_HELP, "result", "validated");
    miss = metrics.counter(REQUESTS, REQUESTS_HELP, "result", "miss");
    collapsed = metrics.counter(REQUESTS, REQUESTS_HELP, "result", "collapsed");
    pass = metrics.counter(REQUESTS, REQUESTS_HELP, "result", "pass");
    stored = metrics.counter("l7_http_cache_stored_total", "Responses stored");
    brokenOff =
        metrics.counter(
            "l7_http_cache_broken_off_total", "Responses not stored because they ended early");
    purged =
        metrics.counter(
            "l7_http_cache_purged_total", "Stored responses removed by purge or invalidation");
    measure(metrics, () -> List.of(store));
  }

  /** Measures what several stores hold as one; of a registry, the first who measures stays. */
  static void measure(Metrics metrics, Supplier<? extends Collection<CacheStore>> all) {
    metrics.gauge(
        "l7_http_cache_responses",
        "Responses stored now",
        () -> all.get().stream().mapToLong(CacheStore::count).sum());
    metrics.gauge(
        "l7_http_cache_bytes",
        "Bytes stored now",
        () -> all.get().stream().mapToLong(CacheStore::bytes).sum());
  }
}
