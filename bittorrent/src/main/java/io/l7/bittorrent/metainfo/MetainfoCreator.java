package io.l7.bittorrent.metainfo;

import io.l7.bittorrent.bencode.BDictionary;
import io.l7.bittorrent.bencode.BInteger;
import io.l7.bittorrent.bencode.BList;
import io.l7.bittorrent.bencode.BString;
import io.l7.bittorrent.bencode.BValue;
import io.l7.bittorrent.bencode.BencodeWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * Makes a .torrent file of a file or a folder, hashing on all cores. Immutable; each setter gives
 * another creator.
 */
public final class MetainfoCreator {
  /** The textbook's piece, and the default for content of up to {@value #PIECES_WANTED} pieces. */
  public static final int DEFAULT_PIECE_LENGTH = 256 * 1024;

  /** Above this many pieces the default piece length doubles. */
  static final int PIECES_WANTED = 2048;

  private static final int LARGEST_DEFAULT = 16 * 1024 * 1024;

  private final Path content;
  private final Settings settings;

  private record Settings(
      InfoDictionary.Version version,
      InfoDictionary.Privacy privacy,
      Optional<Integer> pieceLength,
      List<List<String>> tiers,
      List<String> webSeeds,
      Optional<String> comment,
      Optional<String> createdBy,
      Optional<Instant> creationDate,
      int threads) {}

  private MetainfoCreator(Path content, Settings settings) {
    this.content = content;
    this.settings = settings;
  }

  /** A creator for a file or a folder. */
  public static MetainfoCreator of(Path content) {
    return new MetainfoCreator(
        content,
        new Settings(
            InfoDictionary.Version.V1,
            InfoDictionary.Privacy.PUBLIC,
            Optional.empty(),
            List.of(),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Runtime.getRuntime().availableProcessors()));
  }

  /** Version 1 (the default), hybrid, or version 2 alone. */
  public MetainfoCreator version(InfoDictionary.Version version) {
    return with(s -> s.version = version);
  }

  /** The private flag (BEP 27). */
  public MetainfoCreator privacy(InfoDictionary.Privacy privacy) {
    return with(s -> s.privacy = privacy);
  }

  /** The piece length in bytes; at least 1, and a power of two from 16 KiB for version 2. */
  public MetainfoCreator pieceLength(int bytes) {
    return with(s -> s.pieceLength = Optional.of(bytes));
  }

  /** Tiers of announce URLs (BEP 12). */
  public MetainfoCreator trackers(List<List<String>> tiers) {
    return with(s -> s.tiers = tiers.stream().map(List::copyOf).toList());
  }

  /** URLs of the content over HTTP (BEP 19). */
  public MetainfoCreator webSeeds(List<String> urls) {
    return with(s -> s.webSeeds = List.copyOf(urls));
  }

  /** A remark. */
  public MetainfoCreator comment(String comment) {
    return with(s -> s.comment = Optional.of(comment));
  }

  /** The name of the program. */
  public MetainfoCreator createdBy(String program) {
    return with(s -> s.createdBy = Optional.of(program));
  }

  /** The date to write; none by default, so that the same content gives the same bytes. */
  public MetainfoCreator creationDate(Instant instant) {
    return with(s -> s.creationDate = Optional.of(instant));
  }

  /** How many threads hash; as many as there are cores by default. */
  public MetainfoCreator threads(int threads) {
    return with(s -> s.threads = threads);
  }

  /**
   * Hashes the content and returns the bytes of the .torrent file.
   *
   * @param progress is given the number of bytes hashed since the last call, from several threads
   */
  public byte[] create(LongConsumer progress) throws IOException {
    var files = ContentFile.scan(content);
    long size = files.stream().mapToLong(ContentFile::length).sum();
    if (size == 0) {
      throw new MetainfoException("nothing to share: " + content + " holds no bytes");
    }
    int pieceLength = settings.pieceLength().orElseGet(() -> defaultPieceLength(size));
    requireUsable(pieceLength);
    var plan = new HashPlan(files, pieceLength, settings.version());
    var hashed = plan.hash(settings.threads(), progress);
    return file(info(plan, hashed), plan, hashed).encoded();
  }

  /** The piece length used when none is given, for content of that many bytes. */
  public static int defaultPieceLength(long size) {
    int length = DEFAULT_PIECE_LENGTH;
    while (length < LARGEST_DEFAULT && size / length > PIECES_WANTED) {
      length *= 2;
    }
    return length;
  }

  private void requireUsable(int pieceLength) throws MetainfoException {
    if (pieceLength < 1 || pieceLength > MetainfoLimits.DEFAULT.pieceLength()) {
      throw new MetainfoException("a piece length of " + pieceLength + " bytes");
    }
    boolean power = Integer.bitCount(pieceLength) == 1 && pieceLength >= HashPlan.BLOCK;
    if (settings.version() != InfoDictionary.Version.V1 && !power) {
      throw new MetainfoException(
          "version 2 wants a piece length that is a power of two from 16 KiB, not " + pieceLength);
    }
  }

  private BDictionary info(HashPlan plan, HashPlan.Hashes hashes) {
    var info = BencodeWriter.dictionary();
    info.put("name", plan.name()).put("piece length", plan.pieceLength());
    if (settings.privacy() == InfoDictionary.Privacy.PRIVATE) {
      info.put("private", 1);
    }
    if (settings.version() != InfoDictionary.Version.V2) {
      info.put("pieces", hashes.sha1());
      if (plan.isSingleFile()) {
        info.put("length", plan.segments().getFirst().length());
      } else {
        info.put("files", plan.segments().stream().map(MetainfoCreator::fileEntry).toList());
      }
    }
    if (settings.version() != InfoDictionary.Version.V1) {
      info.put("meta version", 2).put("file tree", tree(plan, hashes));
    }
    return info.build();
  }

  private static BDictionary fileEntry(HashPlan.Segment segment) {
    var entry = BencodeWriter.dictionary().put("length", segment.length());
    var path =
        segment
            .file()
            .map(f -> f.path().stream().map(BString::of).toList())
            // BEP 47: padding is named after its length below .pad.
            .orElseGet(
                () -> List.of(BString.of(".pad"), BString.of(Long.toString(segment.length()))));
    if (segment.file().isEmpty()) {
      entry.put("attr", "p");
    } else if (segment.file().get().executable()) {
      entry.put("attr", "x");
    }
    return entry.put("path", path).build();
  }

  private static BDictionary tree(HashPlan plan, HashPlan.Hashes hashes) {
    Map<String, Object> root = new TreeMap<>();
    for (var file : plan.files()) {
      var leaf = BencodeWriter.dictionary().put("length", file.length());
      hashes.root(file).ifPresent(r -> leaf.put("pieces root", r));
      var path = file.path().isEmpty() ? List.of(plan.name()) : file.path();
      insert(root, path, BencodeWriter.dictionary().put("", leaf.build()).build());
    }
    return dictionary(root);
  }

  @SuppressWarnings("unchecked") // every inner node was put there as a map of the same kind
  private static void insert(Map<String, Object> root, List<String> path, BDictionary leaf) {
    var node = root;
    for (var element : path.subList(0, path.size() - 1)) {
      node = (Map<String, Object>) node.computeIfAbsent(element, _ -> new TreeMap<>());
    }
    node.put(path.getLast(), leaf);
  }

  @SuppressWarnings("unchecked") // as above
  private static BDictionary dictionary(Map<String, Object> node) {
    var entries = new LinkedHashMap<BString, BValue>();
    node.forEach(
        (name, child) ->
            entries.put(
                BString.of(name),
                child instanceof BDictionary leaf
                    ? leaf
                    : dictionary((Map<String, Object>) child)));
    return BDictionary.of(entries);
  }

  private BDictionary file(BDictionary info, HashPlan plan, HashPlan.Hashes hashes) {
    var file = BencodeWriter.dictionary().put("info", info);
    var tiers = settings.tiers();
    if (!tiers.isEmpty()) {
      file.put("announce", tiers.getFirst().getFirst());
    }
    if (tiers.size() > 1 || (!tiers.isEmpty() && tiers.getFirst().size() > 1)) {
      file.put("announce-list", tiers.stream().map(MetainfoCreator::strings).toList());
    }
    switch (settings.webSeeds().size()) {
      case 0 -> {}
      case 1 -> file.put("url-list", settings.webSeeds().getFirst());
      default -> file.put("url-list", strings(settings.webSeeds()));
    }
    settings.comment().ifPresent(c -> file.put("comment", c));
    settings.createdBy().ifPresent(c -> file.put("created by", c));
    settings
        .creationDate()
        .ifPresent(d -> file.put("creation date", new BInteger(d.getEpochSecond())));
    if (settings.version() != InfoDictionary.Version.V1) {
      var layers = new LinkedHashMap<BString, BValue>();
      for (var content : plan.files()) {
        if (content.length() > plan.pieceLength()) {
          layers.put(
              BString.of(hashes.root(content).orElseThrow()), BString.of(hashes.layer(content)));
        }
      }
      file.put("piece layers", BDictionary.of(layers));
    }
    return file.build();
  }

  private static BList strings(List<String> texts) {
    return new BList(new ArrayList<>(texts.stream().map(BString::of).toList()));
  }

  /** The settings, open for one change. */
  private static final class Draft {
    InfoDictionary.Version version;
    InfoDictionary.Privacy privacy;
    Optional<Integer> pieceLength;
    List<List<String>> tiers;
    List<String> webSeeds;
    Optional<String> comment;
    Optional<String> createdBy;
    Optional<Instant> creationDate;
    int threads;

    Draft(Settings s) {
      version = s.version();
      privacy = s.privacy();
      pieceLength = s.pieceLength();
      tiers = s.tiers();
      webSeeds = s.webSeeds();
      comment = s.comment();
      createdBy = s.createdBy();
      creationDate = s.creationDate();
      threads = s.threads();
    }
  }

  private MetainfoCreator with(Consumer<Draft> change) {
    var d = new Draft(settings);
    change.accept(d);
    return new MetainfoCreator(
        content,
        new Settings(
            d.version,
            d.privacy,
            d.pieceLength,
            d.tiers,
            d.webSeeds,
            d.comment,
            d.createdBy,
            d.creationDate,
            d.threads));
  }
}
