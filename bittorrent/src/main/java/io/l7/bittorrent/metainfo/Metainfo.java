package io.l7.bittorrent.metainfo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A .torrent file (BEP 3).
 *
 * @param info what the info-hash names
 * @param infoStart where the raw info dictionary begins in the file
 * @param infoEnd one past its last byte
 * @param trackers tiers of announce URLs (BEP 12), trimmed, without duplicates; a lone {@code
 *     announce} is one tier
 * @param webSeeds URLs of the content over HTTP (BEP 19), percent-encoded, without duplicates
 * @param nodes DHT nodes as {@code host:port} (BEP 5)
 * @param similar info-hashes of torrents that share files (BEP 38)
 * @param collections names of collections this torrent belongs to (BEP 38)
 * @param creationDate when it was made
 * @param comment a remark of its author
 * @param createdBy the program that made it
 */
public record Metainfo(
    InfoDictionary info,
    int infoStart,
    int infoEnd,
    List<List<String>> trackers,
    List<String> webSeeds,
    List<String> nodes,
    List<String> similar,
    List<String> collections,
    Optional<Instant> creationDate,
    Optional<String> comment,
    Optional<String> createdBy) {
  public Metainfo {
    trackers = trackers.stream().map(List::copyOf).toList();
    webSeeds = List.copyOf(webSeeds);
    nodes = List.copyOf(nodes);
    similar = List.copyOf(similar);
    collections = List.copyOf(collections);
  }

  /** Reads a .torrent file's bytes. */
  public static Metainfo parse(byte[] bytes) throws MetainfoException {
    return MetainfoParser.parse(bytes, MetainfoLimits.DEFAULT);
  }

  /** Reads a .torrent file, after looking at its size. */
  public static Metainfo read(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      throw new MetainfoException("a folder, not a torrent");
    }
    if (Files.size(file) > MetainfoLimits.DEFAULT.bytes()) {
      throw new MetainfoException("more than " + MetainfoLimits.DEFAULT.bytes() + " bytes");
    }
    return parse(Files.readAllBytes(file));
  }

  /** A torrent known by its info dictionary alone, as a magnet link's peers deliver it. */
  public static Metainfo of(InfoDictionary info, List<List<String>> trackers) {
    return new Metainfo(
        info,
        0,
        info.rawLength(),
        trackers,
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }
}
