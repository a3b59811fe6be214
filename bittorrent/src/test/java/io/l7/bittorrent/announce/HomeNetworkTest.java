package io.l7.bittorrent.announce;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.net.Network;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** From where a peer dials that listens at an address. */
class HomeNetworkTest {
  /** Notes from where somebody connects, and connects nobody. */
  private record Noting(List<Optional<InetAddress>> from) implements Network {
    @Override
    public Acceptor listen(InetSocketAddress address) throws IOException {
      throw new IOException("nobody listens");
    }

    @Override
    public Socket connect(Optional<InetAddress> here, InetSocketAddress to, Duration timeout) {
      from.add(here);
      return new Socket();
    }

    @Override
    public List<DatagramPort> bind(InetSocketAddress address, int sockets) throws IOException {
      throw new IOException("nobody listens");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "127.0.0.1, 127.0.0.9, true",
    "127.0.0.1, 198.51.100.7, false",
    "127.0.0.1, ::1, false",
    "::1, ::1, true",
    "::1, 2001:db8::7, false",
    "192.0.2.1, 198.51.100.7, true",
    "192.0.2.1, 127.0.0.1, true",
    "2001:db8::1, 198.51.100.7, false",
  })
  void itComesFromWhereItListensIfThereIsAWayFromThere(String here, String there, boolean way)
      throws Exception {
    var from = new ArrayList<Optional<InetAddress>>();
    var home = Optional.of(InetAddress.ofLiteral(here));
    try (var _ =
        new HomeNetwork(new Noting(from))
            .connect(
                home,
                new InetSocketAddress(InetAddress.ofLiteral(there), 6881),
                Duration.ofSeconds(1))) {
      assertThat(from).containsExactly(way ? home : Optional.empty());
    }
  }
}
