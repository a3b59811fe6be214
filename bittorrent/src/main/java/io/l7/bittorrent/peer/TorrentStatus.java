package io.l7.bittorrent.peer;

import io.l7.bittorrent.announce.Announcer;
import io.l7.bittorrent.bound.SwarmGauge;
import io.l7.bittorrent.brain.PeerView;
import io.l7.bittorrent.dht.DhtStatus;
import io.l7.bittorrent.metainfo.InfoHash;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/**
 * A torrent as it stands.
 *
 * @param infoHash of it
 * @param name of it, once known
 * @param state what it does
 * @param why what holds it back, in words
 * @param pieces in all; 0 until the metadata is there
 * @param verified pieces on disk with the right hash
 * @param totalBytes of the content
 * @param wantedBytes of the selected pieces
 * @param missingBytes of the selected pieces that are not verified
 * @param received bytes of blocks since the start
 * @param sent bytes of blocks since the start
 * @param wasted bytes of blocks received in vain since the start
 * @param downRate bytes a second over the last 20 s, or since the first came
 * @param upRate bytes a second over the last 20 s, or since the first went
 * @param peers connected
 * @param knownPeers addresses known
 * @param trackers as they last answered
 * @param dht the node of the DHT that this torrent uses, if it does
 * @param webSeeds that are used, or are not asked, and why
 * @param bound how near the swarm is to its bound, once anything has moved
 */
public record TorrentStatus(
    InfoHash infoHash,
    Optional<String> name,
    TorrentState state,
    String why,
    int pieces,
    int verified,
    long totalBytes,
    long wantedBytes,
    long missingBytes,
    long received,
    long sent,
    long wasted,
    double downRate,
    double upRate,
    List<PeerLine> peers,
    int knownPeers,
    List<Announcer.TrackerStatus> trackers,
    Optional<DhtStatus> dht,
    List<WebSeedLine> webSeeds,
    Optional<SwarmGauge.Reading> bound) {
  /**
   * One connected peer.
   *
   * @param address of its end
   * @param client its program
   * @param view what the policies know of it
   * @param why data passes as it does, in words
   */
  public record PeerLine(InetSocketAddress address, String client, PeerView view, String why) {}

  /**
   * One web seed.
   *
   * @param url of it
   * @param view what the policies know of it; empty when it is not used any more
   * @param why data comes from it as it does, in words
   */
  public record WebSeedLine(String url, Optional<PeerView> view, String why) {}

  public TorrentStatus {
    peers = List.copyOf(peers);
    trackers = List.copyOf(trackers);
    webSeeds = List.copyOf(webSeeds);
  }

  /** The share of the selected bytes that is verified, 0 to 1. */
  public double progress() {
    return wantedBytes == 0 ? 1 : 1 - (double) missingBytes / wantedBytes;
  }
}
