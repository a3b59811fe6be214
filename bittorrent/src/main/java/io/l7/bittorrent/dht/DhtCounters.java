package io.l7.bittorrent.dht;

import io.l7.common.metrics.Metrics;

/** What nodes count. */
record DhtCounters(
    Metrics.Tally queried,
    Metrics.Tally answered,
    Metrics.Tally refused,
    Metrics.Tally dropped,
    Metrics.Tally malformed,
    Metrics.Tally unasked,
    Metrics.Tally asked,
    Metrics.Tally silent,
    Metrics.Tally lookups,
    Metrics.Tally announced,
    Metrics.Tally stored) {
  static DhtCounters of(Metrics metrics) {
    return new DhtCounters(
        metrics.counter("l7_dht_queries_received_total", "Queries received"),
        metrics.counter("l7_dht_queries_answered_total", "Queries answered with a response"),
        metrics.counter("l7_dht_queries_refused_total", "Queries answered with an error"),
        metrics.counter("l7_dht_queries_dropped_total", "Queries above the limits, not answered"),
        metrics.counter("l7_dht_malformed_total", "Datagrams that were no message"),
        metrics.counter(
            "l7_dht_unasked_total", "Responses that nobody waited for, or from somebody else"),
        metrics.counter("l7_dht_queries_sent_total", "Queries sent"),
        metrics.counter("l7_dht_queries_silent_total", "Queries sent that were never answered"),
        metrics.counter("l7_dht_lookups_total", "Lookups that came to their end"),
        metrics.counter("l7_dht_announces_total", "Announces that a node has taken"),
        metrics.counter("l7_dht_stored_total", "Announces of others that were taken"));
  }
}
