package io.l7.common.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Arrays;

/**
 * A datagram that arrived. The receiver uses one object for all of its datagrams: what must outlive
 * the handler's call is {@link #detach() detached} first.
 */
public final class Datagram {
  private final Network.DatagramPort port;
  private final byte[] data;
  private int length;
  private InetSocketAddress from;

  Datagram(Network.DatagramPort port, byte[] data) {
    this.port = port;
    this.data = data;
    this.from = port.address();
  }

  void arrived(int octets, InetSocketAddress sender) {
    length = octets;
    from = sender;
  }

  /** The octets, from index 0 to {@link #length()}; what lies behind is of older datagrams. */
  public byte[] data() {
    return data;
  }

  /** How many octets came. */
  public int length() {
    return length;
  }

  /** Who sent it, if that can be believed. */
  public InetSocketAddress from() {
    return from;
  }

  /** The address it came to. */
  public InetSocketAddress to() {
    return port.address();
  }

  /** Sends an answer to the sender. Any thread; a datagram may be lost without an error. */
  public void reply(byte[] source, int offset, int count) throws IOException {
    port.send(source, offset, count, from);
  }

  /** A copy of its own, to be answered later. */
  public Datagram detach() {
    var copy = new Datagram(port, Arrays.copyOf(data, length));
    copy.arrived(length, from);
    return copy;
  }
}
