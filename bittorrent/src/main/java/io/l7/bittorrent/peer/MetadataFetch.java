package io.l7.bittorrent.peer;

import io.l7.bittorrent.metainfo.InfoHash;
import io.l7.bittorrent.metainfo.MetainfoLimits;
import io.l7.bittorrent.wire.MetadataMessage;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;

/**
 * Collects the info dictionary from peers (BEP 9). The size is believed only within the limit,
 * grows no memory before blocks come, and a whole that does not hash to the info-hash is thrown
 * away. Not safe for concurrent use.
 */
final class MetadataFetch {
  private final InfoHash infoHash;
  private final MetainfoLimits limits;
  private byte[] bytes = new byte[0];
  private final BitSet present = new BitSet();
  private int blocks;

  MetadataFetch(InfoHash infoHash, MetainfoLimits limits) {
    this.infoHash = infoHash;
    this.limits = limits;
  }

  /** A peer claims a size; whether it is used as a source. */
  boolean size(long claimed) {
    if (claimed < 1 || claimed > limits.bytes()) {
      return false;
    }
    if (bytes.length == 0) {
      bytes = new byte[(int) claimed];
      blocks = (bytes.length - 1) / MetadataMessage.BLOCK + 1;
    }
    return claimed == bytes.length;
  }

  /** Blocks still missing. */
  int[] missing() {
    var missing = new BitSet();
    missing.set(0, blocks);
    missing.andNot(present);
    return missing.stream().toArray();
  }

  /** Takes a block; the dictionary, once it is whole and true. */
  Optional<byte[]> data(MetadataMessage.Data data) {
    if (data.block() >= blocks || data.bytes().length != length(data.block())) {
      return Optional.empty();
    }
    System.arraycopy(
        data.bytes(), 0, bytes, data.block() * MetadataMessage.BLOCK, data.bytes().length);
    present.set(data.block());
    if (present.cardinality() < blocks) {
      return Optional.empty();
    }
    if (InfoHash.ofInfo(bytes).equals(infoHash)) {
      return Optional.of(bytes);
    }
    // Somebody lied, about a block or about the size: begin again.
    present.clear();
    bytes = new byte[0];
    blocks = 0;
    return Optional.empty();
  }

  private int length(int block) {
    return Math.min(MetadataMessage.BLOCK, bytes.length - block * MetadataMessage.BLOCK);
  }

  /** One block of a dictionary we have. */
  static MetadataMessage answer(byte[] info, int block) {
    long from = (long) block * MetadataMessage.BLOCK;
    if (from >= info.length) {
      return new MetadataMessage.Reject(block);
    }
    int to = (int) Math.min(info.length, from + MetadataMessage.BLOCK);
    return new MetadataMessage.Data(block, info.length, Arrays.copyOfRange(info, (int) from, to));
  }
}
