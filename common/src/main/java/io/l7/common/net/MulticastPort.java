package io.l7.common.net;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.Optional;

/**
 * A multicast group on one interface. It is heard at the group's port, which others on the machine
 * hear too, and spoken to from a port of its own, so that the address it comes from can be chosen.
 */
record MulticastPort(InetSocketAddress group, DatagramChannel hearing, DatagramChannel speaking)
    implements Network.DatagramPort {
  /** Routers do not pass on what was meant for this network. */
  private static final int HOPS = 1;

  static MulticastPort open(
      InetSocketAddress group, NetworkInterface on, Optional<InetAddress> from) throws IOException {
    boolean isFour = group.getAddress() instanceof Inet4Address;
    var family = isFour ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6;
    var any = InetAddress.ofLiteral(isFour ? "0.0.0.0" : "::");
    var hearing = DatagramChannel.open(family);
    var speaking = DatagramChannel.open(family);
    try {
      hearing.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      hearing.bind(new InetSocketAddress(any, group.getPort()));
      var _ = hearing.join(group.getAddress(), on);
      speaking.setOption(StandardSocketOptions.IP_MULTICAST_IF, on);
      speaking.setOption(StandardSocketOptions.IP_MULTICAST_TTL, HOPS);
      speaking.setOption(StandardSocketOptions.IP_MULTICAST_LOOP, true);
      speaking.bind(new InetSocketAddress(from.orElse(any), 0));
      return new MulticastPort(group, hearing, speaking);
    } catch (IOException | RuntimeException e) {
      hearing.close();
      speaking.close();
      throw e;
    }
  }

  @Override
  public Network.Received receive(byte[] target) throws IOException {
    var buffer = ByteBuffer.wrap(target);
    var from = (InetSocketAddress) hearing.receive(buffer);
    return new Network.Received(buffer.position(), from);
  }

  @Override
  public void send(byte[] source, int offset, int length, InetSocketAddress to) throws IOException {
    speaking.send(ByteBuffer.wrap(source, offset, length), to);
  }

  @Override
  public InetSocketAddress address() {
    return group;
  }

  @Override
  public void close() throws IOException {
    try (speaking) {
      hearing.close();
    }
  }
}
