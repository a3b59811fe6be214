package io.l7.bittorrent.peer;

import io.l7.common.metrics.Metrics;

/** What a node counts. */
record PeerCounters(
    Metrics.Tally received,
    Metrics.Tally sent,
    Metrics.Tally wasted,
    Metrics.Tally verified,
    Metrics.Tally corrupt,
    Metrics.Tally violations,
    Metrics.Tally bans,
    Metrics.Tally dismissed,
    Metrics.Tally dialled,
    Metrics.Tally accepted) {
  static PeerCounters of(Metrics metrics) {
    return new PeerCounters(
        metrics.counter("l7_peer_block_bytes_received_total", "Bytes of blocks received"),
        metrics.counter("l7_peer_block_bytes_sent_total", "Bytes of blocks sent"),
        metrics.counter(
            "l7_peer_block_bytes_wasted_total", "Bytes of blocks received and not needed"),
        metrics.counter("l7_peer_pieces_verified_total", "Pieces with the right hash"),
        metrics.counter("l7_peer_pieces_corrupt_total", "Pieces with the wrong hash"),
        metrics.counter("l7_peer_violations_total", "Connections closed for breaking the protocol"),
        metrics.counter("l7_peer_bans_total", "Peers banned for corrupt blocks"),
        metrics.counter(
            "l7_peer_dismissed_total", "Connections of little use closed for the next in line"),
        metrics.counter("l7_peer_dialled_total", "Connections made"),
        metrics.counter("l7_peer_accepted_total", "Connections taken"));
  }
}
