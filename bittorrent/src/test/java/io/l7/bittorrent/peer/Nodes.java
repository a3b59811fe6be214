package io.l7.bittorrent.peer;

import io.l7.bittorrent.announce.AnnounceLimits;
import io.l7.bittorrent.storage.StorageLimits;
import io.l7.bittorrent.wire.WireLimits;
import io.l7.common.disk.Disk;
import io.l7.common.metrics.Metrics;
import io.l7.common.net.Endpoint;
import io.l7.common.net.Network;
import io.l7.common.transcript.Transcript;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Nodes on the loopback for tests that look inside. */
final class Nodes {
  private Nodes() {}

  static PeerNode start(PeerLimits limits) throws IOException {
    return PeerNode.start(
        new NodeSettings(
            List.of(new Endpoint("127.0.0.1", 0)),
            OptionalLong.empty(),
            OptionalLong.empty(),
            Network.real(),
            host -> List.of(InetAddress.getByName(host)),
            Disk.real(),
            new Metrics(),
            Transcript.none(),
            limits,
            WireLimits.DEFAULT,
            StorageLimits.DEFAULT,
            AnnounceLimits.DEFAULT,
            Optional.empty(),
            Optional.empty()));
  }
}
