package io.l7.bittorrent.peer;

import io.l7.bittorrent.announce.AnnounceLimits;
import io.l7.bittorrent.dht.DhtSettings;
import io.l7.bittorrent.lsd.LsdSettings;
import io.l7.bittorrent.storage.StorageLimits;
import io.l7.bittorrent.wire.WireLimits;
import io.l7.common.disk.Disk;
import io.l7.common.metrics.Metrics;
import io.l7.common.net.Endpoint;
import io.l7.common.net.HostResolver;
import io.l7.common.net.Network;
import io.l7.common.transcript.Transcript;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How a node is set up.
 *
 * @param listen where it takes connections
 * @param upRate limit of all torrents in bytes a second
 * @param downRate limit of all torrents in bytes a second
 * @param network whose sockets
 * @param names resolves tracker names
 * @param disk for what must be durable
 * @param metrics where to count
 * @param transcript where the dialogues go
 * @param limits of peers
 * @param wire limits of one connection
 * @param storage limits of files and buffers
 * @param announce limits of asking trackers
 * @param dht its node of the DHT, if it has one
 * @param lsd its local discovery, if it has any
 */
public record NodeSettings(
    List<Endpoint> listen,
    OptionalLong upRate,
    OptionalLong downRate,
    Network network,
    HostResolver names,
    Disk disk,
    Metrics metrics,
    Transcript transcript,
    PeerLimits limits,
    WireLimits wire,
    StorageLimits storage,
    AnnounceLimits announce,
    Optional<DhtSettings> dht,
    Optional<LsdSettings> lsd) {
  public NodeSettings {
    listen = List.copyOf(listen);
  }
}
