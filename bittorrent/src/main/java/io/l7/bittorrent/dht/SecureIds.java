package io.l7.bittorrent.dht;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32C;

/**
 * Node ids that hang together with the address (BEP 42): their first 21 bits are a checksum over
 * parts of it, so that nobody can settle beside a torrent of his choice from few addresses.
 */
final class SecureIds {
  private static final long MASK4 = 0x030f3fffL;
  private static final long MASK6 = 0x0103070f1f3f7fffL;

  private SecureIds() {}

  /** An id by lot for a node at this address. */
  static NodeId at(InetAddress address, RandomGenerator random) {
    var id = NodeId.random(random).bytes();
    int checksum = checksum(address, id[NodeId.LENGTH - 1]);
    id[0] = (byte) (checksum >>> 24);
    id[1] = (byte) (checksum >>> 16);
    id[2] = (byte) (checksum >>> 8 & 0xf8 | id[2] & 7);
    return NodeId.of(id);
  }

  /** Whether a node at this address may have this id; at an address of a local network any. */
  static boolean fits(NodeId id, InetAddress address) {
    return Locality.of(address) != Locality.ELSEWHERE
        || ((int) (id.high() >>> 32) ^ checksum(address, (byte) id.low())) >>> 11 == 0;
  }

  private static int checksum(InetAddress address, byte drawn) {
    long r = drawn & 7L;
    var bytes = address.getAddress();
    var masked = ByteBuffer.allocate(8);
    if (bytes.length == 4) {
      masked.putInt((int) (ByteBuffer.wrap(bytes).getInt() & MASK4 | r << 29));
    } else {
      masked.putLong(ByteBuffer.wrap(bytes).getLong() & MASK6 | r << 61);
    }
    var crc = new CRC32C();
    crc.update(masked.flip());
    return (int) crc.getValue();
  }
}
