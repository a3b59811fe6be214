package io.l7.bittorrent.dht;

import java.io.IOException;
import java.net.InetSocketAddress;

/** How a node's datagrams leave. */
interface DhtTransport {
  /** Sends a datagram; it may be lost without an error. */
  void send(byte[] datagram, InetSocketAddress to) throws IOException;

  /** Where the node is, as far as this machine knows. */
  InetSocketAddress address();
}
