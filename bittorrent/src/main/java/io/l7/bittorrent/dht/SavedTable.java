package io.l7.bittorrent.dht;

import io.l7.bittorrent.bencode.BDictionary;
import io.l7.bittorrent.bencode.BString;
import io.l7.bittorrent.bencode.BencodeWriter;
import io.l7.bittorrent.storage.SealedDictionary;
import io.l7.common.disk.Disk;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a node keeps from run to run: its id and the nodes it knew, for each family. Written aside,
 * synced and renamed; a file that is cut or changed is not believed. Blocking.
 *
 * @param families what was kept of each
 */
record SavedTable(Map<Family, Part> families) {
  private static final byte[] MAGIC = "L7 dht 1\n".getBytes(StandardCharsets.US_ASCII);

  /** Bytes of the largest file that is read: far beyond what is written. */
  private static final int MOST = 64 << 10;

  /**
   * One family's.
   *
   * @param id of the node
   * @param nodes it knew
   */
  record Part(NodeId id, List<NodeContact> nodes) {
    Part {
      nodes = List.copyOf(nodes);
    }
  }

  SavedTable {
    families = Map.copyOf(families);
  }

  /**
   * What a file holds; empty when there is none, or none that can be believed.
   *
   * @throws IOException it cannot be read, or is somebody's file and no table at all: it would be
   *     overwritten
   */
  static Optional<SavedTable> load(Disk disk, Path file, DhtLimits limits) throws IOException {
    if (!disk.exists(file)) {
      return Optional.empty();
    }
    var bytes = disk.readAll(file, MOST);
    int said = Math.min(bytes.length, MAGIC.length);
    if (!Arrays.equals(bytes, 0, said, MAGIC, 0, said)) {
      throw new IOException(file + " is no table of the DHT");
    }
    return decode(bytes, limits);
  }

  /** This table, and where it knows nobody of a family what the former one knew. */
  SavedTable orWhere(Optional<SavedTable> former) {
    var filled = new EnumMap<Family, Part>(Family.class);
    former.ifPresent(table -> filled.putAll(table.families));
    families.forEach(
        (family, part) -> {
          if (!part.nodes().isEmpty() || !filled.containsKey(family)) {
            filled.put(family, part);
          }
        });
    return new SavedTable(filled);
  }

  void save(Disk disk, Path file) throws IOException {
    disk.replace(file, encode());
  }

  byte[] encode() {
    var dictionary = BencodeWriter.dictionary();
    families.forEach(
        (family, part) ->
            dictionary
                .put(idKey(family), part.id().bytes())
                .put(family.nodes(), NodeContact.encode(part.nodes(), family)));
    return SealedDictionary.encode(MAGIC, dictionary);
  }

  static Optional<SavedTable> decode(byte[] bytes, DhtLimits limits) {
    return SealedDictionary.decode(MAGIC, bytes).map(dictionary -> of(dictionary, limits));
  }

  private static SavedTable of(BDictionary dictionary, DhtLimits limits) {
    var families = new EnumMap<Family, Part>(Family.class);
    for (var family : Family.values()) {
      var id = dictionary.string(idKey(family)).filter(i -> i.length() == NodeId.LENGTH);
      var nodes = dictionary.string(family.nodes()).map(BString::bytes);
      if (id.isPresent() && nodes.isPresent()) {
        families.put(
            family,
            new Part(
                NodeId.of(id.get().bytes()),
                NodeContact.decode(nodes.get(), family, limits.saved())));
      }
    }
    return new SavedTable(families);
  }

  private static String idKey(Family family) {
    return family == Family.IPV4 ? "id" : "id6";
  }
}
