package io.l7.bittorrent.dht;

import io.l7.bittorrent.metainfo.InfoHash;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.random.RandomGenerator;

/**
 * 160 bits: the name of a node, or a place among them that is looked for. Between two lies their
 * exclusive or, read as a number (BEP 5). Ordered as numbers.
 *
 * @param high the first 64 bits
 * @param middle the next 64
 * @param low the last 32
 */
public record NodeId(long high, long middle, int low) implements Comparable<NodeId> {
  /** Length in bytes. */
  public static final int LENGTH = 20;

  /** Length in bits. */
  public static final int BITS = 160;

  /** The 20 bytes that begin at {@code offset}. */
  public static NodeId at(byte[] source, int offset) {
    var bytes = ByteBuffer.wrap(source, offset, LENGTH);
    return new NodeId(bytes.getLong(), bytes.getLong(), bytes.getInt());
  }

  /** These 20 bytes. */
  public static NodeId of(byte[] bytes) {
    if (bytes.length != LENGTH) {
      throw new IllegalArgumentException("a node id has 20 bytes, not " + bytes.length);
    }
    return at(bytes, 0);
  }

  /** The place of a torrent among the nodes. */
  public static NodeId of(InfoHash infoHash) {
    return at(infoHash.bytes(), 0);
  }

  /** One by lot. */
  public static NodeId random(RandomGenerator random) {
    return new NodeId(random.nextLong(), random.nextLong(), random.nextInt());
  }

  /** One by lot that shares exactly {@code bits} first bits with this one; 0 to 159. */
  public NodeId near(int bits, RandomGenerator random) {
    var bytes = bytes();
    var drawn = random(random).bytes();
    for (int bit = bits; bit < BITS; bit++) {
      int mask = 0x80 >> bit % 8;
      int from = bit == bits ? ~bytes[bit / 8] : drawn[bit / 8];
      bytes[bit / 8] = (byte) (bytes[bit / 8] & ~mask | from & mask);
    }
    return of(bytes);
  }

  /** How many first bits both have in common; 160 when they are equal. */
  public int commonBits(NodeId other) {
    if (high != other.high) {
      return Long.numberOfLeadingZeros(high ^ other.high);
    }
    if (middle != other.middle) {
      return Long.SIZE + Long.numberOfLeadingZeros(middle ^ other.middle);
    }
    return 2 * Long.SIZE + Integer.numberOfLeadingZeros(low ^ other.low);
  }

  /** Negative when {@code a} is nearer to this than {@code b}, 0 when they are equal. */
  public int compareDistance(NodeId a, NodeId b) {
    int byHigh = Long.compareUnsigned(high ^ a.high, high ^ b.high);
    if (byHigh != 0) {
      return byHigh;
    }
    int byMiddle = Long.compareUnsigned(middle ^ a.middle, middle ^ b.middle);
    return byMiddle != 0 ? byMiddle : Integer.compareUnsigned(low ^ a.low, low ^ b.low);
  }

  /** The 20 bytes. */
  public byte[] bytes() {
    return ByteBuffer.allocate(LENGTH).putLong(high).putLong(middle).putInt(low).array();
  }

  @Override
  public int compareTo(NodeId other) {
    return new NodeId(0, 0, 0).compareDistance(this, other);
  }

  /** 40 hexadecimal digits. */
  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes());
  }
}
