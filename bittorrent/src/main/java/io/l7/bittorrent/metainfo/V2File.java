package io.l7.bittorrent.metainfo;

import io.l7.bittorrent.bencode.BString;
import java.util.List;
import java.util.Optional;

/**
 * One file of a version 2 file tree (BEP 52).
 *
 * @param rawPath the path elements as the torrent has them
 * @param length in bytes
 * @param piecesRoot the root of its Merkle tree, 32 bytes; empty for an empty file
 */
public record V2File(List<BString> rawPath, long length, Optional<BString> piecesRoot) {
  public V2File {
    rawPath = List.copyOf(rawPath);
  }
}
