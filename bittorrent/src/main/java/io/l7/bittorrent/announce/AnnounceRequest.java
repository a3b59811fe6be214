package io.l7.bittorrent.announce;

import io.l7.bittorrent.metainfo.InfoHash;
import io.l7.bittorrent.wire.PeerId;
import java.util.Optional;

/**
 * What a peer tells a tracker.
 *
 * @param infoHash of the torrent
 * @param peerId of the peer
 * @param port where it listens
 * @param uploaded bytes of blocks sent since started
 * @param downloaded bytes of blocks received since started
 * @param left bytes still wanted
 * @param event what happened
 * @param wanted how many peers it would like
 * @param key by which a tracker knows the peer again after its address changed
 * @param trackerId what this tracker asked to be told again
 */
public record AnnounceRequest(
    InfoHash infoHash,
    PeerId peerId,
    int port,
    long uploaded,
    long downloaded,
    long left,
    AnnounceEvent event,
    int wanted,
    int key,
    Optional<String> trackerId) {
  /** The same with what a tracker asked to be told again. */
  AnnounceRequest trackerId(Optional<String> id) {
    return new AnnounceRequest(
        infoHash, peerId, port, uploaded, downloaded, left, event, wanted, key, id);
  }
}
