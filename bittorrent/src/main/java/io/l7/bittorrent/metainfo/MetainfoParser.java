package io.l7.bittorrent.metainfo;

import io.l7.bittorrent.bencode.BDictionary;
import io.l7.bittorrent.bencode.BInteger;
import io.l7.bittorrent.bencode.BList;
import io.l7.bittorrent.bencode.BString;
import io.l7.bittorrent.bencode.BValue;
import io.l7.bittorrent.bencode.BencodeException;
import io.l7.bittorrent.bencode.BencodeReader;
import io.l7.http.message.PercentEncoding;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads what stands around the info dictionary. */
final class MetainfoParser {
  private static final String URL_CHARACTERS = ":/?#[]@!$&'()*+,;=%";

  private MetainfoParser() {}

  static Metainfo parse(byte[] bytes, MetainfoLimits limits) throws MetainfoException {
    if (bytes.length > limits.bytes()) {
      throw new MetainfoException("more than " + limits.bytes() + " bytes");
    }
    var root = root(bytes);
    var value = root.get("info").orElseThrow(() -> new MetainfoException("no `info`"));
    if (!(value instanceof BDictionary dictionary)) {
      throw new MetainfoException("`info` is not a dictionary");
    }
    var info = InfoParser.parse(dictionary, limits);
    var layers = root.dictionary("piece layers");
    if (layers.isPresent() && info.version() != InfoDictionary.Version.V1) {
      V2Tree.checkLayers(layers.get(), info.v2Files(), info.pieceLength());
    }
    return new Metainfo(
        info,
        dictionary.start(),
        dictionary.end(),
        trackers(root),
        webSeeds(root, info.layout()),
        nodes(root),
        similar(root),
        strings(root.list("collections")),
        root.integer("creation date").filter(s -> s >= 0).map(MetainfoParser::instant),
        text(root, "comment"),
        text(root, "created by"));
  }

  private static BDictionary root(byte[] bytes) throws MetainfoException {
    try {
      // Files in the wild have unsorted keys and a line feed at the end; the info-hash is over the
      // bytes as found, so forgiving them changes nothing.
      if (BencodeReader.decode(bytes, BencodeReader.Mode.LENIENT) instanceof BDictionary root) {
        return root;
      }
    } catch (BencodeException e) {
      throw new MetainfoException("not a torrent: " + e.getMessage(), e);
    }
    throw new MetainfoException("not a torrent: the top level is not a dictionary");
  }

  private static Instant instant(long seconds) {
    return Instant.ofEpochSecond(Math.min(seconds, Instant.MAX.getEpochSecond()));
  }

  private static Optional<String> text(BDictionary root, String key) {
    var preferred = root.text(key + ".utf-8");
    return preferred.isPresent() ? preferred : root.text(key);
  }

  // BEP 12: announce-list, where it names a tracker, replaces announce.
  private static List<List<String>> trackers(BDictionary root) {
    var tiers = new ArrayList<List<String>>();
    Set<String> seen = new HashSet<>();
    for (var tier : root.list("announce-list").orElse(List.of())) {
      if (tier instanceof BList(var urls)) {
        var kept = new ArrayList<String>();
        for (var url : strings(Optional.of(urls))) {
          var trimmed = url.strip();
          if (!trimmed.isEmpty() && seen.add(trimmed)) {
            kept.add(trimmed);
          }
        }
        if (!kept.isEmpty()) {
          tiers.add(kept);
        }
      }
    }
    if (tiers.isEmpty()) {
      root.text("announce")
          .map(String::strip)
          .filter(url -> !url.isEmpty())
          .ifPresent(url -> tiers.add(List.of(url)));
    }
    return tiers;
  }

  // BEP 19: a string or a list; a folder's URL ends in a slash.
  private static List<String> webSeeds(BDictionary root, InfoDictionary.Layout layout) {
    var urls = new LinkedHashSet<String>();
    var listed = root.get("url-list").orElse(null);
    var found = List.<String>of();
    if (listed instanceof BString one) {
      found = List.of(one.text());
    } else if (listed instanceof BList(var values)) {
      found = strings(Optional.of(values));
    }
    for (var url : found) {
      var encoded =
          PercentEncoding.of(url.strip().getBytes(StandardCharsets.UTF_8), URL_CHARACTERS);
      if (!encoded.isEmpty()) {
        boolean folder = layout == InfoDictionary.Layout.FOLDER && !encoded.endsWith("/");
        urls.add(folder ? encoded + "/" : encoded);
      }
    }
    return new ArrayList<>(urls);
  }

  private static List<String> nodes(BDictionary root) {
    var nodes = new ArrayList<String>();
    for (var node : root.list("nodes").orElse(List.of())) {
      if (node instanceof BList(var pair)
          && pair.size() == 2
          && pair.get(0) instanceof BString host
          && pair.get(1) instanceof BInteger(long port)) {
        nodes.add(host.text() + ":" + port);
      }
    }
    return nodes;
  }

  private static List<String> similar(BDictionary root) {
    var hashes = new ArrayList<String>();
    for (BValue value : root.list("similar").orElse(List.of())) {
      if (value instanceof BString hash && hash.length() == InfoHash.LENGTH) {
        hashes.add(HexFormat.of().formatHex(hash.bytes()));
      }
    }
    return hashes;
  }

  private static List<String> strings(Optional<List<BValue>> values) {
    var texts = new ArrayList<String>();
    for (var value : values.orElse(List.of())) {
      if (value instanceof BString text) {
        texts.add(text.text());
      }
    }
    return texts;
  }
}
