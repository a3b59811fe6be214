package io.l7.bittorrent.tracker;

import io.l7.common.net.DatagramBurst;
import io.l7.common.net.Network;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A network of one port, whose datagrams a test gives and takes. */
record OneBurst(DatagramBurst burst, InetSocketAddress address)
    implements Network, Network.DatagramPort {
  @Override
  public Acceptor listen(InetSocketAddress address) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Socket connect(Optional<InetAddress> from, InetSocketAddress to, Duration timeout) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<DatagramPort> bind(InetSocketAddress address, int sockets) {
    return List.of(this);
  }

  @Override
  public Network.Received receive(byte[] target) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void send(byte[] source, int offset, int length, InetSocketAddress to) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {
    burst.close();
  }
}
