package io.l7.dns.attack;

import io.l7.common.net.MemoryNetwork;
import io.l7.common.net.Network;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;

/** A network in which datagrams have whatever sender they claim; counts what goes back to them. */
final class SpoofedNetwork implements Network {
  private record Packet(byte[] octets, InetSocketAddress from) {}

  private static final Packet END = new Packet(new byte[0], new InetSocketAddress(0));

  private final MemoryNetwork streams = new MemoryNetwork();
  private final LinkedBlockingQueue<Packet> arriving = new LinkedBlockingQueue<>();
  private final LinkedBlockingQueue<byte[]> toWatched = new LinkedBlockingQueue<>();
  private final InetSocketAddress watched;
  private long octetsIn;
  private long octetsOut;

  /**
   * A network.
   *
   * @param watched whose answers can be read; those of others are counted alone
   */
  SpoofedNetwork(InetSocketAddress watched) {
    this.watched = watched;
  }

  /** Sends a datagram from somebody; counted unless it is the watched one's. */
  synchronized void send(byte[] octets, InetSocketAddress from) {
    octetsIn += from.equals(watched) ? 0 : octets.length;
    arriving.add(new Packet(octets, from));
  }

  /** The next answer to the watched one. */
  byte[] answer() throws InterruptedException {
    return toWatched.take();
  }

  synchronized long octetsIn() {
    return octetsIn;
  }

  synchronized long octetsOut() {
    return octetsOut;
  }

  private synchronized void replied(byte[] source, int offset, int length, InetSocketAddress to) {
    if (to.equals(watched)) {
      toWatched.add(Arrays.copyOfRange(source, offset, offset + length));
    } else {
      octetsOut += length;
    }
  }

  @Override
  public Acceptor listen(InetSocketAddress address) throws IOException {
    return streams.listen(address);
  }

  @Override
  public Socket connect(Optional<InetAddress> from, InetSocketAddress to, Duration timeout)
      throws IOException {
    return streams.connect(from, to, timeout);
  }

  @Override
  public List<DatagramPort> bind(InetSocketAddress address, int sockets) {
    return List.of(
        new DatagramPort() {
          @Override
          public Received receive(byte[] target) throws IOException {
            try {
              Packet packet = arriving.take();
              if (packet.equals(END)) {
                throw new SocketException("closed");
              }
              System.arraycopy(packet.octets, 0, target, 0, packet.octets.length);
              return new Received(packet.octets.length, packet.from);
            } catch (InterruptedException e) {
              throw new IOException(e);
            }
          }

          @Override
          public void send(byte[] source, int offset, int length, InetSocketAddress to) {
            replied(source, offset, length, to);
          }

          @Override
          public InetSocketAddress address() {
            return address;
          }

          @Override
          public void close() {
            arriving.add(END);
          }
        });
  }
}
