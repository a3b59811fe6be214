package io.l7.bittorrent.wire;

import io.l7.bittorrent.metainfo.InfoHash;
import io.l7.common.framing.WireReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * The first 68 bytes of each side (BEP 3).
 *
 * @param extensions what the reserved bits announce; bits not known are ignored
 * @param infoHash of the torrent
 * @param peerId of the sender
 */
public record Handshake(Set<Extension> extensions, InfoHash infoHash, PeerId peerId) {
  /** Length in bytes. */
  public static final int LENGTH = 68;

  private static final byte[] PROTOCOL =
      "\u0013BitTorrent protocol".getBytes(StandardCharsets.US_ASCII);
  private static final int RESERVED = PROTOCOL.length;
  private static final int INFO_HASH = RESERVED + 8;
  private static final int PEER_ID = INFO_HASH + InfoHash.LENGTH;

  /** What a reserved bit announces. */
  public enum Extension {
    /** The extension protocol, BEP 10. */
    EXTENSION_PROTOCOL(5, 0x10),
    /** The fast extension, BEP 6. */
    FAST(7, 0x04),
    /** A DHT node, BEP 5. */
    DHT(7, 0x01);

    private final int octet;
    private final int mask;

    Extension(int octet, int mask) {
      this.octet = octet;
      this.mask = mask;
    }
  }

  public Handshake {
    extensions = Set.copyOf(extensions);
  }

  /** The 68 bytes. */
  public byte[] encode() {
    var bytes = ByteBuffer.allocate(LENGTH).put(PROTOCOL);
    var reserved = new byte[8];
    extensions.forEach(e -> reserved[e.octet] |= (byte) e.mask);
    return bytes.put(reserved).put(infoHash.bytes()).put(peerId.bytes()).array();
  }

  /** Reads 68 bytes. */
  public static Handshake decode(byte[] bytes) throws WireViolation {
    if (bytes.length != LENGTH
        || !Arrays.equals(bytes, 0, RESERVED, PROTOCOL, 0, PROTOCOL.length)) {
      throw new WireViolation("not the BitTorrent protocol");
    }
    var extensions = EnumSet.noneOf(Extension.class);
    for (var extension : Extension.values()) {
      if ((bytes[RESERVED + extension.octet] & extension.mask) != 0) {
        extensions.add(extension);
      }
    }
    return new Handshake(
        extensions,
        InfoHash.at(bytes, INFO_HASH),
        PeerId.of(Arrays.copyOfRange(bytes, PEER_ID, LENGTH)));
  }

  /**
   * Reads a handshake from a connection; the protocol string is judged before more is waited for.
   *
   * @return empty when the peer closed without a byte
   */
  public static Optional<Handshake> read(WireReader in) throws IOException {
    if (!in.ensure(1)) {
      return Optional.empty();
    }
    for (int seen = 1; seen <= PROTOCOL.length; seen++) {
      in.ensure(seen);
      if (in.buffer()[in.position() + seen - 1] != PROTOCOL[seen - 1]) {
        throw new WireViolation("not the BitTorrent protocol");
      }
    }
    var bytes = new byte[LENGTH];
    in.readFully(bytes);
    return Optional.of(decode(bytes));
  }
}
