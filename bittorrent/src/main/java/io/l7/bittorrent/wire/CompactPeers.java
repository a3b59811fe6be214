package io.l7.bittorrent.wire;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Addresses in six bytes (BEP 23) or eighteen (BEP 7). */
public final class CompactPeers {
  /** Bytes of an IPv4 peer. */
  public static final int IPV4 = 6;

  /** Bytes of an IPv6 peer. */
  public static final int IPV6 = 18;

  private CompactPeers() {}

  /**
   * Reads whole entries of {@code size} bytes; a cut one at the end is dropped.
   *
   * @param size {@link #IPV4} or {@link #IPV6}
   */
  public static List<InetSocketAddress> decode(byte[] bytes, int size) {
    var peers = new ArrayList<InetSocketAddress>();
    for (int at = 0; at + size <= bytes.length; at += size) {
      int port = (bytes[at + size - 2] & 0xff) << 8 | bytes[at + size - 1] & 0xff;
      try {
        var address = InetAddress.getByAddress(Arrays.copyOfRange(bytes, at, at + size - 2));
        peers.add(new InetSocketAddress(address, port));
      } catch (UnknownHostException e) {
        throw new IllegalArgumentException("entries have 6 or 18 bytes, not " + size, e);
      }
    }
    return peers;
  }

  /** Writes the peers of one family; those of the other are left out. */
  public static byte[] encode(List<InetSocketAddress> peers, int size) {
    var bytes = ByteBuffer.allocate(peers.size() * size);
    for (var peer : peers) {
      if (peer.getAddress() instanceof Inet4Address == (size == IPV4)) {
        bytes.put(peer.getAddress().getAddress()).putShort((short) peer.getPort());
      }
    }
    return Arrays.copyOf(bytes.array(), bytes.position());
  }
}
