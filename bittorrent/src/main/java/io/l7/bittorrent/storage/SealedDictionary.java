package io.l7.bittorrent.storage;

import io.l7.bittorrent.bencode.BDictionary;
import io.l7.bittorrent.bencode.BencodeException;
import io.l7.bittorrent.bencode.BencodeReader;
import io.l7.bittorrent.bencode.BencodeWriter;
import io.l7.bittorrent.metainfo.Digests;
import java.util.Arrays;
import java.util.Optional;

/**
 * What is kept in a file from run to run: a magic, a bencoded dictionary, and the SHA-1 of both, so
 * that what was cut or changed is not believed.
 */
public final class SealedDictionary {
  private static final int CHECKSUM = 20;

  private SealedDictionary() {}

  /** The bytes of the file. */
  public static byte[] encode(byte[] magic, BencodeWriter.DictionaryBuilder dictionary) {
    var body = dictionary.encode();
    int end = magic.length + body.length;
    var bytes = Arrays.copyOf(magic, end + CHECKSUM);
    System.arraycopy(body, 0, bytes, magic.length, body.length);
    System.arraycopy(checksum(bytes, end), 0, bytes, end, CHECKSUM);
    return bytes;
  }

  /** The dictionary; empty when the bytes are cut, changed, or none of this magic. */
  public static Optional<BDictionary> decode(byte[] magic, byte[] bytes) {
    int end = bytes.length - CHECKSUM;
    if (end <= magic.length
        || !Arrays.equals(bytes, 0, magic.length, magic, 0, magic.length)
        || !Arrays.equals(checksum(bytes, end), Arrays.copyOfRange(bytes, end, bytes.length))) {
      return Optional.empty();
    }
    try {
      var prefix = BencodeReader.decodePrefix(bytes, magic.length, end, BencodeReader.Mode.STRICT);
      return prefix.end() == end && prefix.value() instanceof BDictionary dictionary
          ? Optional.of(dictionary)
          : Optional.empty();
    } catch (BencodeException _) {
      return Optional.empty();
    }
  }

  private static byte[] checksum(byte[] bytes, int length) {
    var digest = Digests.sha1();
    digest.update(bytes, 0, length);
    return digest.digest();
  }
}
