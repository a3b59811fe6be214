package io.l7.bittorrent.storage;

import io.l7.bittorrent.bencode.BDictionary;
import io.l7.bittorrent.bencode.BInteger;
import io.l7.bittorrent.bencode.BList;
import io.l7.bittorrent.bencode.BString;
import io.l7.bittorrent.bencode.BencodeWriter;
import io.l7.bittorrent.metainfo.InfoHash;
import io.l7.bittorrent.swarm.Bitfield;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What is known to be verified on disk. It is written only after the data it claims was made
 * durable, so a claim survives a power cut that the data survives.
 *
 * @param infoHash of the torrent
 * @param generation grows by one with each record of this torrent
 * @param ending whether the torrent was closed in order after this record
 * @param verified the pieces claimed
 * @param begun of pieces that are not, the blocks that are on disk, if any
 * @param stamps of the files, in the order of the torrent
 */
public record ResumeRecord(
    InfoHash infoHash,
    long generation,
    Ending ending,
    Bitfield verified,
    SortedMap<Integer, Bitfield> begun,
    List<FileStamp> stamps) {
  private static final byte[] MAGIC = "L7 resume 1\n".getBytes(StandardCharsets.US_ASCII);
  private static final int MOST_PIECES = 1 << 21;
  private static final int MOST_BLOCKS = 1 << 15;

  /** How the run that wrote the record ended. */
  public enum Ending {
    /** In order: the files are as the stamps say, until somebody else touches them. */
    CLOSED,
    /** Not known: pieces that are not claimed may have been written since. */
    RUNNING
  }

  public ResumeRecord {
    begun = Collections.unmodifiableSortedMap(new TreeMap<>(begun));
    stamps = List.copyOf(stamps);
  }

  /** The bytes: a magic, a bencoded dictionary, and the SHA-1 of both. */
  public byte[] encode() {
    return SealedDictionary.encode(
        MAGIC,
        BencodeWriter.dictionary()
            .put("info hash", infoHash.bytes())
            .put("generation", generation)
            .put("closed", ending == Ending.CLOSED ? 1 : 0)
            .put("pieces", verified.size())
            .put("verified", verified.toBytes())
            .put(
                "begun",
                begun.entrySet().stream()
                    .map(
                        e ->
                            new BList(
                                List.of(
                                    new BInteger(e.getKey()),
                                    new BInteger(e.getValue().size()),
                                    BString.of(e.getValue().toBytes()))))
                    .toList())
            .put(
                "files",
                stamps.stream()
                    .map(
                        s -> new BList(List.of(new BInteger(s.size()), new BInteger(s.modified()))))
                    .toList()));
  }

  /** Reads a record; empty when it is cut, changed, or not one of ours. */
  public static Optional<ResumeRecord> decode(byte[] bytes) {
    try {
      return SealedDictionary.decode(MAGIC, bytes).flatMap(ResumeRecord::of);
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private static Optional<ResumeRecord> of(BDictionary dictionary) {
    var hash = dictionary.string("info hash").map(BString::bytes);
    var generation = dictionary.integer("generation");
    var closed = dictionary.integer("closed");
    var pieces = dictionary.integer("pieces").filter(n -> n >= 0 && n <= MOST_PIECES);
    var verified = dictionary.string("verified").map(BString::bytes);
    var files = dictionary.list("files");
    if (hash.isEmpty()
        || generation.isEmpty()
        || closed.isEmpty()
        || pieces.isEmpty()
        || verified.isEmpty()
        || files.isEmpty()) {
      return Optional.empty();
    }
    var stamps = new ArrayList<FileStamp>();
    for (var file : files.get()) {
      if (!(file instanceof BList(var pair))
          || pair.size() != 2
          || !(pair.get(0) instanceof BInteger(long size))
          || !(pair.get(1) instanceof BInteger(long modified))) {
        return Optional.empty();
      }
      stamps.add(new FileStamp(size, modified));
    }
    return Optional.of(
        new ResumeRecord(
            InfoHash.of(hash.get()),
            generation.get(),
            closed.get() == 1 ? Ending.CLOSED : Ending.RUNNING,
            Bitfield.parse(verified.get(), pieces.get().intValue()),
            begun(dictionary),
            stamps));
  }

  /** Records of earlier versions have none. */
  private static SortedMap<Integer, Bitfield> begun(BDictionary dictionary) {
    var begun = new TreeMap<Integer, Bitfield>();
    for (var each : dictionary.list("begun").orElse(List.of())) {
      if (each instanceof BList(var triple)
          && triple.size() == 3
          && triple.get(0) instanceof BInteger(long piece)
          && triple.get(1) instanceof BInteger(long blocks)
          && triple.get(2) instanceof BString bits
          && piece >= 0
          && piece < MOST_PIECES
          && blocks > 0
          && blocks <= MOST_BLOCKS) {
        begun.put((int) piece, Bitfield.parse(bits.bytes(), (int) blocks));
      }
    }
    return begun;
  }
}
