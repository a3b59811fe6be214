package io.l7.bittorrent.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.bittorrent.Peer;
import io.l7.bittorrent.metainfo.Metainfo;
import io.l7.bittorrent.metainfo.MetainfoCreator;
import io.l7.common.net.Network;
import io.l7.common.testkit.Seeded;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RecruiterTest {
  /** A network with a fault of our own in it: dialling a port below 2000 is a broken program. */
  private record Faulty(Network base) implements Network {
    @Override
    public Acceptor listen(InetSocketAddress address) throws IOException {
      return base.listen(address);
    }

    @Override
    public Socket connect(Optional<InetAddress> from, InetSocketAddress to, Duration timeout)
        throws IOException {
      if (to.getPort() < 2_000) {
        throw new IllegalStateException("a fault of ours");
      }
      return base.connect(from, to, timeout);
    }

    @Override
    public List<DatagramPort> bind(InetSocketAddress address, int sockets) throws IOException {
      return base.bind(address, sockets);
    }
  }

  @Test
  void aFaultOfOursWhileDiallingLosesNoPlaceForTheNextDial(@TempDir Path folder) throws Exception {
    var data = new byte[100_000];
    Seeded.random("recruiter").nextBytes(data);
    Files.createDirectories(folder.resolve("seed"));
    var content = Files.write(folder.resolve("seed/x.bin"), data);
    var metainfo =
        Metainfo.parse(MetainfoCreator.of(content).pieceLength(32 * 1024).create(_ -> {}));
    var limits = PeerLimits.DEFAULT.halfOpen(2);
    try (var seed = Peer.builder().start();
        var leech = Peer.builder().network(new Faulty(Network.real())).limits(limits).start()) {
      var seeding = seed.add(TorrentSpec.of(metainfo, folder.resolve("seed")).readOnly());
      assertThat(seeding.await(Duration.ofSeconds(20))).isTrue();
      var addresses = new ArrayList<InetSocketAddress>();
      for (int i = 0; i < limits.halfOpen(); i++) {
        addresses.add(new InetSocketAddress("127.0.0.1", 1_024 + i));
      }
      addresses.add(seed.address());
      var leeching = leech.add(TorrentSpec.of(metainfo, folder.resolve("leech")).peers(addresses));
      assertThat(leeching.await(Duration.ofSeconds(10))).isTrue();
    }
  }
}
