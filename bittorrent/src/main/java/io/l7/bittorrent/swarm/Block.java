package io.l7.bittorrent.swarm;

import org.jspecify.annotations.Nullable;

/**
 * A run of bytes within one piece: what {@code request}, {@code piece} and {@code cancel} name.
 *
 * @param piece index of the piece, from 0
 * @param offset of the first byte within the piece
 * @param length in bytes, at least 1
 */
public record Block(int piece, int offset, int length) {
  /** The length everybody asks for; longer requests are refused by most peers. */
  public static final int LENGTH = 16 * 1024;

  public Block {
    if (piece < 0 || offset < 0 || length < 1) {
      throw new IllegalArgumentException("no block: " + piece + "+" + offset + " x " + length);
    }
  }

  /** Index of this block within its piece, for blocks on the usual 16 KiB grid. */
  public int index() {
    return offset / LENGTH;
  }

  /** Spelled out, as is the hash: every block that comes is looked up before anything is warm. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Block that
        && that.piece == piece
        && that.offset == offset
        && that.length == length;
  }

  @Override
  public int hashCode() {
    return piece * 31_627 + (offset >>> 10);
  }

  @Override
  public String toString() {
    return piece + "+" + offset;
  }
}
