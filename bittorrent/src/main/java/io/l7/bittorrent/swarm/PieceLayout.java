package io.l7.bittorrent.swarm;

/**
 * The arithmetic of pieces and blocks; every piece but the last has the same length, every block
 * but the last of a piece is {@link Block#LENGTH} long.
 *
 * @param totalLength of the content in bytes, at least 1
 * @param pieceLength in bytes, at least 1
 */
public record PieceLayout(long totalLength, int pieceLength) {
  public PieceLayout {
    if (totalLength < 1 || pieceLength < 1) {
      throw new IllegalArgumentException(
          "a torrent needs at least one byte and a piece length: "
              + totalLength
              + ", "
              + pieceLength);
    }
    if ((totalLength - 1) / pieceLength >= Integer.MAX_VALUE) {
      throw new IllegalArgumentException("too many pieces: " + totalLength + " / " + pieceLength);
    }
  }

  /** Number of pieces. */
  public int pieces() {
    return (int) ((totalLength - 1) / pieceLength) + 1;
  }

  /** Length of one piece in bytes; the last may be shorter. */
  public int lengthOf(int piece) {
    checkPiece(piece);
    return (int) Math.min(pieceLength, totalLength - (long) piece * pieceLength);
  }

  /** Where a piece begins in the content, in bytes. */
  public long offsetOf(int piece) {
    checkPiece(piece);
    return (long) piece * pieceLength;
  }

  /** The piece that holds a byte of the content. */
  public int pieceAt(long position) {
    if (position < 0 || position >= totalLength) {
      throw new IndexOutOfBoundsException("byte " + position + " of " + totalLength);
    }
    return (int) (position / pieceLength);
  }

  /** Number of blocks of one piece. */
  public int blocks(int piece) {
    return (lengthOf(piece) - 1) / Block.LENGTH + 1;
  }

  /** Number of blocks of the whole content. */
  public long totalBlocks() {
    int last = pieces() - 1;
    return (long) last * ((pieceLength - 1) / Block.LENGTH + 1) + blocks(last);
  }

  /** The block of that index in that piece. */
  public Block block(int piece, int index) {
    int length = lengthOf(piece);
    int offset = Math.multiplyExact(index, Block.LENGTH);
    if (index < 0 || offset >= length) {
      throw new IndexOutOfBoundsException("block " + index + " of piece " + piece);
    }
    return new Block(piece, offset, Math.min(Block.LENGTH, length - offset));
  }

  /** Whether a block, as a peer names it, lies within the content. */
  public boolean contains(Block block) {
    return block.piece() < pieces()
        && (long) block.offset() + block.length() <= lengthOf(block.piece());
  }

  /** Whether a block lies on the 16 KiB grid and has exactly the length the grid gives it. */
  public boolean onGrid(Block block) {
    return contains(block)
        && block.offset() % Block.LENGTH == 0
        && block.length() == Math.min(Block.LENGTH, lengthOf(block.piece()) - block.offset());
  }

  private void checkPiece(int piece) {
    if (piece < 0 || piece >= pieces()) {
      throw new IndexOutOfBoundsException("piece " + piece + " of " + pieces());
    }
  }
}
