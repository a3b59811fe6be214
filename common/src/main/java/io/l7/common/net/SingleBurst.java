package io.l7.common.net;

import java.io.IOException;
import java.net.InetSocketAddress;

/** Bursts of one datagram, for networks that know no more. */
final class SingleBurst implements DatagramBurst {
  /** Octets taken of a datagram: what UDP can carry. */
  private static final int MAX_DATAGRAM = 65_535;

  private final Network.DatagramPort port;
  private final byte[] data = new byte[MAX_DATAGRAM];
  private int length;
  private InetSocketAddress from;

  SingleBurst(Network.DatagramPort port) {
    this.port = port;
    this.from = port.address();
  }

  @Override
  public int receive() throws IOException {
    var received = port.receive(data);
    length = received.length();
    from = received.from();
    return 1;
  }

  @Override
  public int copy(int index, byte[] target) {
    int octets = Math.min(length, target.length);
    System.arraycopy(data, 0, target, 0, octets);
    return octets;
  }

  @Override
  public InetSocketAddress from(int index) {
    return from;
  }

  @Override
  public long fromUpper(int index) {
    return AddressBits.upper(from.getAddress());
  }

  @Override
  public long fromLower(int index) {
    return AddressBits.lower(from.getAddress());
  }

  @Override
  public void reply(int index, byte[] source, int offset, int count) throws IOException {
    port.send(source, offset, count, from);
  }

  @Override
  public void flush() {}

  @Override
  public void close() {}
}
