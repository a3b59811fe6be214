package io.l7.bittorrent.peer;

import io.l7.bittorrent.metainfo.InfoDictionary;
import io.l7.bittorrent.wire.MetadataMessage;
import java.util.BitSet;
import java.util.Optional;

/**
 * The info dictionary as one peer gives it (BEP 9). Its size is only the peer's claim: memory grows
 * with the blocks that come. Not safe for concurrent use.
 */
final class MetadataFetch {
  /** Blocks asked for at a time: a quarter of a mebibyte keeps a link busy for a round trip. */
  private static final int WINDOW = 16;

  private final int size;
  private final byte[][] blocks;
  private final BitSet asked = new BitSet();
  private int present;

  /** What a peer says is {@code size} bytes long, at least 1. */
  MetadataFetch(int size) {
    this.size = size;
    this.blocks = new byte[(size - 1) / MetadataMessage.BLOCK + 1][];
  }

  /** The next block to ask for; empty while enough are on their way. */
  Optional<Integer> next() {
    int block = asked.nextClearBit(0);
    if (block >= blocks.length || asked.cardinality() - present >= WINDOW) {
      return Optional.empty();
    }
    asked.set(block);
    return Optional.of(block);
  }

  /** What was asked for and has not come may be asked for again. */
  void askAgain() {
    for (int block = 0; block < blocks.length; block++) {
      asked.set(block, blocks[block] != null);
    }
  }

  /** Takes a block; whether it is one that was asked for. */
  boolean data(MetadataMessage.Data data) {
    int block = data.block();
    if (block >= blocks.length
        || !asked.get(block)
        || blocks[block] != null
        || data.bytes().length != length(block)) {
      return false;
    }
    blocks[block] = data.bytes();
    present++;
    return true;
  }

  /** The dictionary as this peer has it, once it is whole. */
  Optional<byte[]> whole() {
    if (present < blocks.length) {
      return Optional.empty();
    }
    var bytes = new byte[size];
    for (int block = 0; block < blocks.length; block++) {
      System.arraycopy(blocks[block], 0, bytes, block * MetadataMessage.BLOCK, length(block));
    }
    return Optional.of(bytes);
  }

  private int length(int block) {
    return Math.min(MetadataMessage.BLOCK, size - block * MetadataMessage.BLOCK);
  }

  /** One block of a dictionary we have. */
  static MetadataMessage answer(InfoDictionary info, int block) {
    long from = (long) block * MetadataMessage.BLOCK;
    if (from >= info.rawLength()) {
      return new MetadataMessage.Reject(block);
    }
    int to = (int) Math.min(info.rawLength(), from + MetadataMessage.BLOCK);
    return new MetadataMessage.Data(block, info.rawLength(), info.raw((int) from, to));
  }
}
