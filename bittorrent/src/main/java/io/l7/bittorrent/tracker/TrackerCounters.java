package io.l7.bittorrent.tracker;

import io.l7.common.metrics.Metrics;

/** What a tracker counts. */
record TrackerCounters(
    Metrics.Tally httpAnnounces,
    Metrics.Tally udpAnnounces,
    Metrics.Tally httpScrapes,
    Metrics.Tally udpScrapes,
    Metrics.Tally udpConnects,
    Metrics.Tally refused,
    Metrics.Tally crowded,
    Metrics.Tally ignored,
    Metrics.Tally unread) {
  static TrackerCounters of(Metrics metrics, SwarmStore store) {
    metrics.gauge("l7_tracker_torrents", "Torrents known", store::torrents);
    metrics.gauge("l7_tracker_peers", "Peers known, seeds among them", store::peers);
    metrics.gauge("l7_tracker_seeds", "Seeds known", store::seeds);
    var announces = "l7_tracker_announces_total";
    var scrapes = "l7_tracker_scrapes_total";
    return new TrackerCounters(
        metrics.counter(announces, "Announces answered", "transport", "http"),
        metrics.counter(announces, "Announces answered", "transport", "udp"),
        metrics.counter(scrapes, "Scrapes answered", "transport", "http"),
        metrics.counter(scrapes, "Scrapes answered", "transport", "udp"),
        metrics.counter("l7_tracker_udp_connects_total", "Connection ids issued"),
        metrics.counter("l7_tracker_refused_total", "Requests answered with a failure"),
        metrics.counter(
            "l7_tracker_crowded_total",
            "Announces answered and not listed: too many peers of one address in the torrent"),
        metrics.counter("l7_tracker_udp_ignored_total", "Datagrams answered with silence"),
        metrics.counter(
            "l7_tracker_allow_list_unread_total", "Times the list of torrents was not readable"));
  }
}
