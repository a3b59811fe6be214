package io.l7.bittorrent.metainfo;

import io.l7.bittorrent.bencode.BString;
import io.l7.bittorrent.swarm.PieceLayout;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The info dictionary: what the info-hash names. Immutable.
 *
 * <p>A torrent of version 2 alone is read and described, not downloaded: {@link #hashes()} and
 * {@link #v1Hash()} are empty then. A hybrid works as version 1.
 */
public final class InfoDictionary {
  /** Which of the two formats the dictionary holds. */
  public enum Version {
    V1,
    HYBRID,
    V2
  }

  /** Whether peers may come from anywhere (BEP 27). */
  public enum Privacy {
    PUBLIC,
    /** From the torrent's own trackers alone. */
    PRIVATE
  }

  private final byte[] raw;
  private final Version version;
  private final BString rawName;
  private final int pieceLength;
  private final Optional<PieceHashes> hashes;
  private final List<TorrentFile> files;
  private final List<V2File> v2Files;
  private final Layout layout;
  private final Privacy privacy;
  private final long totalLength;

  /** Whether the content is one file or a folder of files. */
  public enum Layout {
    SINGLE_FILE,
    FOLDER
  }

  InfoDictionary(InfoParser parsed) {
    raw = parsed.raw;
    version = parsed.version();
    rawName = parsed.name;
    pieceLength = parsed.pieceLength;
    hashes = parsed.hashes;
    files = List.copyOf(parsed.files);
    v2Files = List.copyOf(parsed.v2Files);
    layout = parsed.layout;
    privacy = parsed.privacy;
    totalLength =
        version == Version.V2
            ? v2Files.stream().mapToLong(V2File::length).sum()
            : files.stream().mapToLong(TorrentFile::length).sum();
  }

  /** Reads a raw info dictionary, as a magnet link's peers deliver it. */
  public static InfoDictionary parse(byte[] raw) throws MetainfoException {
    return InfoParser.parse(raw, MetainfoLimits.DEFAULT);
  }

  /** A copy of the raw bytes the hashes are taken over. */
  public byte[] raw() {
    return raw.clone();
  }

  /** Length of the raw bytes. */
  public int rawLength() {
    return raw.length;
  }

  /** A copy of the raw bytes from {@code from} (inclusive) to {@code to} (exclusive). */
  public byte[] raw(int from, int to) {
    return Arrays.copyOfRange(raw, from, to);
  }

  /** Which formats it holds. */
  public Version version() {
    return version;
  }

  /** SHA-1 of the raw bytes; empty for version 2 alone. */
  public Optional<InfoHash> v1Hash() {
    return version == Version.V2 ? Optional.empty() : Optional.of(InfoHash.ofInfo(raw));
  }

  /** SHA-256 of the raw bytes, 32 bytes; empty for version 1 alone. */
  public Optional<byte[]> v2Hash() {
    return version == Version.V1 ? Optional.empty() : Optional.of(Digests.sha256().digest(raw));
  }

  /** The name as text. */
  public String name() {
    return rawName.text();
  }

  /** The name as the torrent has it. */
  public BString rawName() {
    return rawName;
  }

  /** The name made safe: the file, or the folder of all files, below the download folder. */
  public String safeName() {
    return SafePaths.name(rawName.bytes());
  }

  /** Length of every piece but the last, in bytes. */
  public int pieceLength() {
    return pieceLength;
  }

  /** The SHA-1 of each piece; empty for version 2 alone. */
  public Optional<PieceHashes> hashes() {
    return hashes;
  }

  /** The files in the order of the content; empty for version 2 alone. */
  public List<TorrentFile> files() {
    return files;
  }

  /** The files of the version 2 tree; empty for version 1. */
  public List<V2File> v2Files() {
    return v2Files;
  }

  /** One file or a folder. */
  public Layout layout() {
    return layout;
  }

  /** The private flag (BEP 27). */
  public Privacy privacy() {
    return privacy;
  }

  /** Whether peers may come from the torrent's own trackers alone (BEP 27). */
  public boolean isPrivate() {
    return privacy == Privacy.PRIVATE;
  }

  /** Bytes of all files, padding included. */
  public long totalLength() {
    return totalLength;
  }

  /** The arithmetic of its pieces. */
  public PieceLayout pieces() {
    return new PieceLayout(totalLength, pieceLength);
  }
}
