package io.l7.bittorrent.metainfo;

import io.l7.bittorrent.bencode.BString;
import java.util.Arrays;

/** The SHA-1 of each piece (BEP 3, key {@code pieces}). */
public final class PieceHashes {
  private final byte[] hashes;

  PieceHashes(BString hashes) {
    this.hashes = hashes.bytes();
  }

  /** Number of pieces. */
  public int count() {
    return hashes.length / InfoHash.LENGTH;
  }

  /** Whether {@code digest} is the SHA-1 of that piece. */
  public boolean matches(int piece, byte[] digest) {
    int from = piece * InfoHash.LENGTH;
    return Arrays.equals(hashes, from, from + InfoHash.LENGTH, digest, 0, digest.length);
  }
}
