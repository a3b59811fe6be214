package io.l7.bittorrent.announce;

import io.l7.common.net.Network;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A network on which a peer comes from the address where it listens, so that many may share a
 * machine, wherever there is a way from there: from the loopback, where peers listen unless told
 * otherwise, none leads to other machines, nor from IPv4 to IPv6.
 */
public record HomeNetwork(Network network) implements Network {
  @Override
  public Acceptor listen(InetSocketAddress address) throws IOException {
    return network.listen(address);
  }

  @Override
  public Socket connect(Optional<InetAddress> from, InetSocketAddress to, Duration timeout)
      throws IOException {
    return network.connect(from.filter(here -> reaches(here, to.getAddress())), to, timeout);
  }

  @Override
  public DatagramPort bind(InetSocketAddress address) throws IOException {
    return network.bind(address);
  }

  @Override
  public List<DatagramPort> bind(InetSocketAddress address, int sockets) throws IOException {
    return network.bind(address, sockets);
  }

  /** Whether a packet may go from one address to another at all. */
  static boolean reaches(InetAddress here, InetAddress there) {
    return here instanceof Inet4Address == there instanceof Inet4Address
        && (!here.isLoopbackAddress() || there.isLoopbackAddress());
  }
}
