package io.l7.bittorrent.wire;

import io.l7.bittorrent.bencode.BDictionary;
import io.l7.bittorrent.bencode.BencodeException;
import io.l7.bittorrent.bencode.BencodeReader;
import io.l7.bittorrent.bencode.BencodeWriter;
import java.util.Arrays;

/** A message of metadata exchange (BEP 9). */
public sealed interface MetadataMessage {
  /** Length of every block of metadata but the last. */
  int BLOCK = 16 * 1024;

  /** A block is wanted. */
  record Request(int block) implements MetadataMessage {}

  /** A block, and the length of all metadata in bytes. */
  record Data(int block, int totalSize, byte[] bytes) implements MetadataMessage {}

  /** The block is not given. */
  record Reject(int block) implements MetadataMessage {}

  /** A kind that is not known, to be ignored. */
  record Unknown() implements MetadataMessage {}

  /** The payload of the extended message. */
  default byte[] encode() {
    var dictionary = BencodeWriter.dictionary();
    return switch (this) {
      case Request(int block) -> dictionary.put("msg_type", 0).put("piece", block).encode();
      case Reject(int block) -> dictionary.put("msg_type", 2).put("piece", block).encode();
      case Data(int block, int total, byte[] bytes) -> {
        // The bytes follow the dictionary directly.
        var head =
            dictionary.put("msg_type", 1).put("piece", block).put("total_size", total).encode();
        var whole = Arrays.copyOf(head, head.length + bytes.length);
        System.arraycopy(bytes, 0, whole, head.length, bytes.length);
        yield whole;
      }
      case Unknown() -> throw new IllegalArgumentException("an unknown message");
    };
  }

  /** Reads the payload of the extended message. */
  static MetadataMessage decode(byte[] payload) throws WireViolation {
    try {
      var prefix =
          BencodeReader.decodePrefix(payload, 0, payload.length, BencodeReader.Mode.LENIENT);
      if (prefix.value() instanceof BDictionary dictionary) {
        long kind = dictionary.integer("msg_type").orElse(-1L);
        long block = dictionary.integer("piece").orElse(-1L);
        if (block < 0 || block > Integer.MAX_VALUE) {
          throw new WireViolation("a metadata message without a block number");
        }
        if (kind == 0) {
          return new Request((int) block);
        }
        if (kind == 1) {
          long total = dictionary.integer("total_size").orElse(0L);
          var bytes = Arrays.copyOfRange(payload, prefix.end(), payload.length);
          return new Data((int) block, (int) Math.clamp(total, -1L, Integer.MAX_VALUE), bytes);
        }
        return kind == 2 ? new Reject((int) block) : new Unknown();
      }
    } catch (BencodeException e) {
      throw new WireViolation("a metadata message: " + e.getMessage(), e);
    }
    throw new WireViolation("a metadata message that is no dictionary");
  }
}
