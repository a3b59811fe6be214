package io.l7.bittorrent.metainfo;

import io.l7.bittorrent.bencode.BString;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * One file of a torrent.
 *
 * @param rawPath the path elements as the torrent has them, below its name; for a single file the
 *     name itself. Not safe to open
 * @param path where the file lies below the download folder, elements joined by {@code /}, safe to
 *     open; for a multi-file torrent it begins with the torrent's name
 * @param offset of its first byte in the content
 * @param length in bytes
 * @param attributes of BEP 47
 * @param symlink the target of a symbolic link, safe, below the same folder as {@code path}
 */
public record TorrentFile(
    List<BString> rawPath,
    String path,
    long offset,
    long length,
    Set<Attribute> attributes,
    Optional<String> symlink) {
  /** What BEP 47 says of a file. */
  public enum Attribute {
    /** Zeros that align the next file; never written. */
    PADDING,
    /** To be marked executable. */
    EXECUTABLE,
    /** Hidden on systems that have such files. */
    HIDDEN,
    /** A symbolic link. */
    SYMLINK
  }

  public TorrentFile {
    rawPath = List.copyOf(rawPath);
    attributes = Set.copyOf(attributes);
  }

  /** Whether the file is padding: zeros that are never written. */
  public boolean isPadding() {
    return attributes.contains(Attribute.PADDING);
  }

  /** Whether this is a symbolic link. */
  public boolean isSymlink() {
    return attributes.contains(Attribute.SYMLINK);
  }

  /** One past its last byte in the content. */
  public long end() {
    return offset + length;
  }
}
