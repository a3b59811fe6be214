package io.l7.bittorrent.metainfo;

import io.l7.bittorrent.bencode.BDictionary;
import io.l7.bittorrent.bencode.BString;
import java.security.MessageDigest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The file tree and the piece layers of version 2 (BEP 52), checked whole. */
final class V2Tree {
  private static final int HASH = 32;
  private static final int BLOCK = 16 * 1024;

  private V2Tree() {}

  private record Node(List<BString> path, BDictionary entries) {}

  static List<V2File> parse(BDictionary info, int pieceLength, MetainfoLimits limits)
      throws MetainfoException {
    if (pieceLength < BLOCK || Integer.bitCount(pieceLength) != 1) {
      throw new MetainfoException(
          "version 2 wants a piece length that is a power of two from 16 KiB, not " + pieceLength);
    }
    var root =
        info.dictionary("file tree")
            .orElseThrow(() -> new MetainfoException("version 2 without a `file tree`"));
    var files = new ArrayList<V2File>();
    var open = new ArrayDeque<Node>();
    open.push(new Node(List.of(), root));
    long pieces = 0;
    while (!open.isEmpty()) {
      var node = open.pop();
      var below = new ArrayList<Node>();
      for (var entry : node.entries().entries().entrySet()) {
        var path = new ArrayList<>(node.path());
        path.add(element(entry.getKey()));
        if (!(entry.getValue() instanceof BDictionary child)) {
          throw new MetainfoException("an entry of the `file tree` is not a dictionary");
        }
        var leaf = child.dictionary("");
        if (leaf.isEmpty()) {
          below.add(new Node(path, child));
          continue;
        }
        if (child.entries().size() > 1) {
          throw new MetainfoException("an entry of the `file tree` is both file and folder");
        }
        var file = file(path, leaf.get(), (long) limits.pieces() * pieceLength);
        pieces += (file.length() + pieceLength - 1) / pieceLength;
        files.add(file);
      }
      below.reversed().forEach(open::push);
      if (files.size() > limits.files() || pieces > limits.pieces()) {
        throw new MetainfoException("more than " + limits.pieces() + " pieces");
      }
    }
    if (files.stream().allMatch(f -> f.length() == 0)) {
      throw new MetainfoException("the total length is zero");
    }
    return files;
  }

  private static BString element(BString name) throws MetainfoException {
    if (name.length() == 0 || name.is(".") || name.is("..") || name.text().contains("/")) {
      throw new MetainfoException("a name in the `file tree` is empty or climbs");
    }
    return name;
  }

  private static V2File file(List<BString> path, BDictionary leaf, long maximum)
      throws MetainfoException {
    long length =
        InfoParser.optionalInteger(leaf, "length")
            .orElseThrow(() -> new MetainfoException("a file of the tree has no `length`"));
    if (length < 0 || length > maximum) {
      throw new MetainfoException("a `length` of " + length + " bytes");
    }
    var root = leaf.string("pieces root");
    if (length > 0 && (root.isEmpty() || root.get().length() != HASH)) {
      throw new MetainfoException("a file of the tree has no `pieces root` of 32 bytes");
    }
    return new V2File(path, length, length == 0 ? Optional.empty() : root);
  }

  /** BEP 52: each layer belongs to a file, has a hash a piece, and adds up to that file's root. */
  static void checkLayers(BDictionary layers, List<V2File> files, int pieceLength)
      throws MetainfoException {
    var byRoot = new HashMap<BString, V2File>();
    files.forEach(f -> f.piecesRoot().ifPresent(root -> byRoot.put(root, f)));
    var seen = new HashSet<BString>();
    for (var entry : layers.entries().entrySet()) {
      var file = byRoot.get(entry.getKey());
      if (file == null || !seen.add(entry.getKey())) {
        throw new MetainfoException("`piece layers` names a root no file has");
      }
      if (!(entry.getValue() instanceof BString layer)) {
        throw new MetainfoException("an entry of `piece layers` is not a string");
      }
      checkLayer(file, layer, pieceLength, entry);
    }
  }

  private static void checkLayer(
      V2File file, BString layer, int pieceLength, Map.Entry<BString, ?> entry)
      throws MetainfoException {
    long count = (file.length() + pieceLength - 1) / pieceLength;
    if (file.length() <= pieceLength || layer.length() != count * HASH) {
      throw new MetainfoException("an entry of `piece layers` has the wrong length");
    }
    if (!Arrays.equals(root(layer.bytes(), pieceLength), entry.getKey().bytes())) {
      throw new MetainfoException("an entry of `piece layers` does not hash to its root");
    }
  }

  /** The root above a layer of piece hashes, padded with the hashes of empty subtrees. */
  private static byte[] root(byte[] layer, int pieceLength) {
    var digest = Digests.sha256();
    var padding = new byte[HASH];
    for (int size = BLOCK; size < pieceLength; size *= 2) {
      padding = pair(digest, padding, 0, padding, 0);
    }
    var level = layer;
    while (level.length > HASH) {
      int nodes = level.length / HASH;
      var above = new byte[(nodes + 1) / 2 * HASH];
      for (int i = 0; i < nodes; i += 2) {
        boolean alone = i + 1 == nodes;
        var hash =
            pair(digest, level, i * HASH, alone ? padding : level, alone ? 0 : (i + 1) * HASH);
        System.arraycopy(hash, 0, above, i / 2 * HASH, HASH);
      }
      padding = pair(digest, padding, 0, padding, 0);
      level = above;
    }
    return level;
  }

  private static byte[] pair(MessageDigest digest, byte[] left, int at, byte[] right, int of) {
    digest.update(left, at, HASH);
    digest.update(right, of, HASH);
    return digest.digest();
  }
}
