package io.l7.http.cache;

import io.l7.common.metrics.Metrics;

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
    metrics.gauge("l7_http_cache_responses", "Responses stored now", store::count);
    metrics.gauge("l7_http_cache_bytes", "Bytes stored now", store::bytes);
  }
}
