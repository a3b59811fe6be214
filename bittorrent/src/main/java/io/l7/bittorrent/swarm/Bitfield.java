package io.l7.bittorrent.swarm;

import java.util.Arrays;

/**
 * A fixed number of bits, one a piece. Mutable and not safe for concurrent use: whoever owns it
 * confines it or hands out a {@link #copy()}.
 */
public final class Bitfield {
  private final long[] words;
  private final int size;
  private int count;

  private Bitfield(int size, long[] words, int count) {
    this.size = size;
    this.words = words;
    this.count = count;
  }

  /** A field of {@code size} bits, none set. */
  public static Bitfield empty(int size) {
    if (size < 0) {
      throw new IllegalArgumentException("negative size " + size);
    }
    return new Bitfield(size, new long[(size + 63) >>> 6], 0);
  }

  /** A field of {@code size} bits, all set. */
  public static Bitfield full(int size) {
    Bitfield field = empty(size);
    Arrays.fill(field.words, -1L);
    if ((size & 63) != 0) {
      field.words[field.words.length - 1] = (1L << (size & 63)) - 1;
    }
    field.count = size;
    return field;
  }

  /**
   * Reads the wire form: the high bit of the first byte is piece 0.
   *
   * @throws IllegalArgumentException when the length is wrong or a spare bit is set; BEP 3 lets a
   *     peer drop such a connection
   */
  public static Bitfield parse(byte[] wire, int size) {
    if (wire.length != (size + 7) >>> 3) {
      throw new IllegalArgumentException(
          "a bitfield of "
              + size
              + " pieces has "
              + ((size + 7) >>> 3)
              + " bytes, not "
              + wire.length);
    }
    int spare = wire.length * 8 - size;
    if (spare > 0 && (wire[wire.length - 1] & ((1 << spare) - 1)) != 0) {
      throw new IllegalArgumentException("spare bits of the bitfield are set");
    }
    Bitfield field = empty(size);
    for (int i = 0; i < wire.length; i++) {
      int bits = Integer.reverse(wire[i] & 0xff) >>> 24;
      field.words[i >>> 3] |= (long) bits << ((i & 7) << 3);
      field.count += Integer.bitCount(bits);
    }
    return field;
  }

  /** The wire form. */
  public byte[] toBytes() {
    byte[] wire = new byte[(size + 7) >>> 3];
    for (int i = 0; i < wire.length; i++) {
      int bits = (int) (words[i >>> 3] >>> ((i & 7) << 3)) & 0xff;
      wire[i] = (byte) (Integer.reverse(bits) >>> 24);
    }
    return wire;
  }

  /** Number of bits. */
  public int size() {
    return size;
  }

  /** Number of set bits, in constant time. */
  public int count() {
    return count;
  }

  /** Whether every bit is set. */
  public boolean isFull() {
    return count == size;
  }

  /** Whether no bit is set. */
  public boolean isEmpty() {
    return count == 0;
  }

  /** Whether bit {@code i} is set. */
  public boolean get(int i) {
    check(i);
    return (words[i >>> 6] & 1L << i) != 0;
  }

  /** Sets bit {@code i}; tells whether that changed it. */
  public boolean set(int i) {
    check(i);
    long bit = 1L << i;
    if ((words[i >>> 6] & bit) != 0) {
      return false;
    }
    words[i >>> 6] |= bit;
    count++;
    return true;
  }

  /** Clears bit {@code i}; tells whether that changed it. */
  public boolean clear(int i) {
    check(i);
    long bit = 1L << i;
    if ((words[i >>> 6] & bit) == 0) {
      return false;
    }
    words[i >>> 6] &= ~bit;
    count--;
    return true;
  }

  /** The first set bit at or after {@code from}, or -1. */
  public int nextSet(int from) {
    return from >= size ? -1 : scan(from, 0L);
  }

  /** The first clear bit at or after {@code from}, or -1. */
  public int nextClear(int from) {
    return from >= size ? -1 : scan(from, -1L);
  }

  private int scan(int from, long flip) {
    int w = from >>> 6;
    long word = (words[w] ^ flip) & (-1L << from);
    while (word == 0) {
      if (++w == words.length) {
        return -1;
      }
      word = words[w] ^ flip;
    }
    int found = (w << 6) + Long.numberOfTrailingZeros(word);
    return found < size ? found : -1;
  }

  /** How many bits are set here and not in {@code other}. */
  public int countNotIn(Bitfield other) {
    if (other.size != size) {
      throw new IllegalArgumentException("sizes differ: " + size + ", " + other.size);
    }
    int n = 0;
    for (int i = 0; i < words.length; i++) {
      n += Long.bitCount(words[i] & ~other.words[i]);
    }
    return n;
  }

  /** A field of its own with the same bits. */
  public Bitfield copy() {
    return new Bitfield(size, words.clone(), count);
  }

  private void check(int i) {
    if (i < 0 || i >= size) {
      throw new IndexOutOfBoundsException("bit " + i + " of " + size);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bitfield that && that.size == size && Arrays.equals(that.words, words);
  }

  @Override
  public int hashCode() {
    return 31 * size + Arrays.hashCode(words);
  }

  @Override
  public String toString() {
    return count + "/" + size;
  }
}
