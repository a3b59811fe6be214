package io.l7.bittorrent.metainfo;

import io.l7.bittorrent.bencode.BDictionary;
import io.l7.bittorrent.bencode.BInteger;
import io.l7.bittorrent.bencode.BString;
import io.l7.bittorrent.bencode.BValue;
import io.l7.bittorrent.bencode.BencodeException;
import io.l7.bittorrent.bencode.BencodeReader;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads an info dictionary and refuses what cannot be true. */
final class InfoParser {
  final byte[] raw;
  final BString name;
  final int pieceLength;
  final Optional<PieceHashes> hashes;
  final List<TorrentFile> files = new ArrayList<>();
  final List<V2File> v2Files;
  final InfoDictionary.Layout layout;
  final InfoDictionary.Privacy privacy;
  private final MetainfoLimits limits;

  private InfoParser(BDictionary info, byte[] raw, MetainfoLimits limits) throws MetainfoException {
    this.limits = limits;
    this.raw = raw;
    name = required(info, "name.utf-8", "name");
    pieceLength = pieceLength(info);
    long metaVersion = optionalInteger(info, "meta version").orElse(1L);
    if (metaVersion != 1 && metaVersion != 2) {
      throw new MetainfoException("meta version " + metaVersion + " is not known");
    }
    boolean v1 = info.get("pieces").isPresent();
    boolean v2 = metaVersion == 2;
    if (!v1 && !v2) {
      throw new MetainfoException("info has no `pieces`");
    }
    layout =
        info.get("files").isPresent()
            ? InfoDictionary.Layout.FOLDER
            : InfoDictionary.Layout.SINGLE_FILE;
    privacy =
        info.integer("private").orElse(0L) == 1
            ? InfoDictionary.Privacy.PRIVATE
            : InfoDictionary.Privacy.PUBLIC;
    hashes = v1 ? Optional.of(readV1(info)) : Optional.empty();
    v2Files = v2 ? V2Tree.parse(info, pieceLength, limits) : List.of();
    if (v1 && v2) {
      requireSameFiles();
    }
  }

  static InfoDictionary parse(byte[] raw, MetainfoLimits limits) throws MetainfoException {
    try {
      if (raw.length > limits.bytes()) {
        throw new MetainfoException("info of more than " + limits.bytes() + " bytes");
      }
      if (BencodeReader.decode(raw, BencodeReader.Mode.LENIENT) instanceof BDictionary info) {
        return parse(info, limits);
      }
    } catch (BencodeException e) {
      throw new MetainfoException("info is not bencoded: " + e.getMessage(), e);
    }
    throw new MetainfoException("`info` is not a dictionary");
  }

  static InfoDictionary parse(BDictionary info, MetainfoLimits limits) throws MetainfoException {
    return new InfoDictionary(new InfoParser(info, info.encoded(), limits));
  }

  InfoDictionary.Version version() {
    if (hashes.isEmpty()) {
      return InfoDictionary.Version.V2;
    }
    return v2Files.isEmpty() ? InfoDictionary.Version.V1 : InfoDictionary.Version.HYBRID;
  }

  private int pieceLength(BDictionary info) throws MetainfoException {
    long length =
        optionalInteger(info, "piece length")
            .orElseThrow(() -> new MetainfoException("info has no `piece length`"));
    if (length < 1 || length > limits.pieceLength()) {
      throw new MetainfoException("`piece length` of " + length + " bytes");
    }
    return (int) length;
  }

  private PieceHashes readV1(BDictionary info) throws MetainfoException {
    var pieces = required(info, "pieces");
    if (pieces.length() % InfoHash.LENGTH != 0) {
      throw new MetainfoException("`pieces` is not a multiple of 20 bytes");
    }
    if (pieces.length() / InfoHash.LENGTH > limits.pieces()) {
      throw new MetainfoException("more than " + limits.pieces() + " pieces");
    }
    long total = layout == InfoDictionary.Layout.FOLDER ? readFiles(info) : readSingleFile(info);
    if (total == 0) {
      throw new MetainfoException("the total length is zero");
    }
    long expected = (total - 1) / pieceLength + 1;
    if (expected != pieces.length() / InfoHash.LENGTH) {
      throw new MetainfoException(
          "`pieces` has "
              + pieces.length() / InfoHash.LENGTH
              + " hashes, the content needs "
              + expected);
    }
    return new PieceHashes(pieces);
  }

  private long readSingleFile(BDictionary info) throws MetainfoException {
    long length = length(info, "info has neither `length` nor `files`");
    var path = new SafePaths().unique(List.of(name.bytes()));
    files.add(new TorrentFile(List.of(name), path, 0, length, attributes(info), Optional.empty()));
    return length;
  }

  private long readFiles(BDictionary info) throws MetainfoException {
    var entries =
        info.list("files").orElseThrow(() -> new MetainfoException("`files` is not a list"));
    if (entries.isEmpty()) {
      throw new MetainfoException("`files` is empty");
    }
    if (entries.size() > limits.files()) {
      throw new MetainfoException("more than " + limits.files() + " files");
    }
    var paths = new SafePaths();
    long offset = 0;
    for (var entry : entries) {
      if (!(entry instanceof BDictionary file)) {
        throw new MetainfoException("an entry of `files` is not a dictionary");
      }
      var attributes = attributes(file);
      var rawPath = path(file);
      boolean link = attributes.contains(TorrentFile.Attribute.SYMLINK);
      // BEP 47: a symbolic link has no data of its own, though some files give it a length.
      long length = link ? 0 : length(file, "an entry of `files` has no `length`");
      if (looksLikePadding(rawPath)) {
        attributes.add(TorrentFile.Attribute.PADDING);
      }
      var safe = paths.unique(below(rawPath));
      var target = link ? symlinkTarget(file) : Optional.<String>empty();
      files.add(new TorrentFile(rawPath, safe, offset, length, attributes, target));
      offset += length;
      // Before the next one is added: a sum of lengths that are all within bounds may leave 64
      // bits.
      if (offset > (long) limits.pieces() * pieceLength) {
        throw new MetainfoException("a content of more than " + limits.pieces() + " pieces");
      }
    }
    return offset;
  }

  private List<byte[]> below(List<BString> path) {
    var elements = new ArrayList<byte[]>();
    elements.add(name.bytes());
    path.forEach(e -> elements.add(e.bytes()));
    return elements;
  }

  private static List<BString> path(BDictionary file) throws MetainfoException {
    var key = file.get("path.utf-8").isPresent() ? "path.utf-8" : "path";
    var list = file.list(key);
    if (list.isEmpty() || list.get().isEmpty()) {
      throw new MetainfoException("an entry of `files` has no `path`");
    }
    return strings(list.get(), "a path element is not a string");
  }

  private Optional<String> symlinkTarget(BDictionary file) throws MetainfoException {
    var list = file.list("symlink path");
    if (list.isEmpty()) {
      return Optional.empty();
    }
    var target = strings(list.get(), "a symlink element is not a string");
    var safe = new StringBuilder(SafePaths.name(name.bytes()));
    target.forEach(e -> safe.append('/').append(SafePaths.element(e.bytes())));
    return Optional.of(safe.toString());
  }

  private static List<BString> strings(List<BValue> values, String otherwise)
      throws MetainfoException {
    var strings = new ArrayList<BString>();
    for (var value : values) {
      if (!(value instanceof BString string)) {
        throw new MetainfoException(otherwise);
      }
      strings.add(string);
    }
    return strings;
  }

  private long length(BDictionary file, String whenAbsent) throws MetainfoException {
    var length = optionalInteger(file, "length");
    if (length.isEmpty()) {
      throw new MetainfoException(whenAbsent);
    }
    if (length.get() < 0) {
      throw new MetainfoException("a `length` is negative");
    }
    if (length.get() > (long) limits.pieces() * pieceLength) {
      throw new MetainfoException("a `length` of " + length.get() + " bytes");
    }
    return length.get();
  }

  private static Set<TorrentFile.Attribute> attributes(BDictionary file) {
    var attributes = EnumSet.noneOf(TorrentFile.Attribute.class);
    // BEP 47: letters that are not known are ignored.
    for (char letter : file.text("attr").orElse("").toCharArray()) {
      switch (letter) {
        case 'p' -> attributes.add(TorrentFile.Attribute.PADDING);
        case 'x' -> attributes.add(TorrentFile.Attribute.EXECUTABLE);
        case 'h' -> attributes.add(TorrentFile.Attribute.HIDDEN);
        case 'l' -> attributes.add(TorrentFile.Attribute.SYMLINK);
        default -> {}
      }
    }
    return attributes;
  }

  /** BitComet's padding, older than BEP 47. */
  private static boolean looksLikePadding(List<BString> path) {
    return path.getLast().text().startsWith("_____padding_file_");
  }

  /** BEP 52: the two lists of a hybrid, padding aside, must name the same files. */
  private void requireSameFiles() throws MetainfoException {
    Map<List<BString>, Long> v1 = new HashMap<>();
    for (var file : files) {
      if (!file.isPadding()) {
        v1.put(file.rawPath(), file.length());
      }
    }
    boolean same = v1.size() == v2Files.size();
    for (var file : v2Files) {
      var length = v1.get(file.rawPath());
      same &= length != null && length == file.length();
    }
    if (!same) {
      throw new MetainfoException("the version 1 and version 2 file lists of a hybrid differ");
    }
  }

  private static BString required(BDictionary from, String preferred, String key)
      throws MetainfoException {
    var found = from.string(preferred);
    return found.isPresent() ? found.get() : required(from, key);
  }

  private static BString required(BDictionary from, String key) throws MetainfoException {
    var value = from.get(key);
    if (value.isEmpty()) {
      throw new MetainfoException("info has no `" + key + "`");
    }
    if (value.get() instanceof BString string) {
      return string;
    }
    throw new MetainfoException("`" + key + "` is not a string");
  }

  static Optional<Long> optionalInteger(BDictionary from, String key) throws MetainfoException {
    var value = from.get(key);
    if (value.isEmpty()) {
      return Optional.empty();
    }
    if (value.get() instanceof BInteger(long n)) {
      return Optional.of(n);
    }
    throw new MetainfoException(String.format(Locale.ROOT, "`%s` is not an integer", key));
  }
}
