package io.l7.bittorrent.wire;

import java.time.Duration;

/**
 * What one connection to a peer may cost.
 *
 * @param requestLength the longest block served, in bytes; 128 KiB, what the oldest clients ask for
 * @param messageSlack bytes a message may have beyond two blocks or the bitfield; 13, the largest
 *     header
 * @param extendedLength the longest extended message, in bytes; 64 KiB, far above 50 peers or a
 *     metadata block
 * @param requestsServed requests queued for one peer; 2,000, what libtorrent serves; more are
 *     dropped, or rejected with BEP 6
 * @param handshake time for the handshake; 10 s, so that silent connections do not pile up
 * @param idle time without any message; 130 s, as BEP 3 has keep-alives every two minutes, and the
 *     network may hold one up
 * @param blocksNotAsked blocks nobody asked for before the connection is closed; 16: a cancel that
 *     crossed its block explains a few
 * @param unsent bytes of messages that may wait to be written to a peer before it is listened to
 *     again; 1 MiB, far above a burst of haves: who asks without reading must not fill our memory
 * @param stuck how long it may not read them; 60 s, then it is closed
 */
public record WireLimits(
    int requestLength,
    int messageSlack,
    int extendedLength,
    int requestsServed,
    Duration handshake,
    Duration idle,
    int blocksNotAsked,
    int unsent,
    Duration stuck) {
  public static final WireLimits DEFAULT =
      new WireLimits(
          128 * 1024,
          13,
          64 * 1024,
          2_000,
          Duration.ofSeconds(10),
          Duration.ofSeconds(130),
          16,
          1 << 20,
          Duration.ofSeconds(60));

  /** The same with another time for the handshake. */
  public WireLimits handshake(Duration time) {
    return new WireLimits(
        requestLength,
        messageSlack,
        extendedLength,
        requestsServed,
        time,
        idle,
        blocksNotAsked,
        unsent,
        stuck);
  }

  /** The same with another bound for what a peer does not read, in bytes, and for how long. */
  public WireLimits unsent(int bytes, Duration time) {
    return new WireLimits(
        requestLength,
        messageSlack,
        extendedLength,
        requestsServed,
        handshake,
        idle,
        blocksNotAsked,
        bytes,
        time);
  }

  /** The longest message accepted from a peer of a torrent with that many pieces, in bytes. */
  public int messageLength(int pieces) {
    int bitfield = 1 + (pieces + 7) / 8;
    return Math.max(Math.max(2 * 16 * 1024 + messageSlack, bitfield), 1 + 1 + extendedLength);
  }
}
