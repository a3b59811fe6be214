package io.l7.bittorrent.metainfo;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A magnet link (BEP 9): {@code magnet:?xt=urn:btih:...&dn=...&tr=...&x.pe=...}.
 *
 * @param infoHash version 1 hash, from 40 hexadecimal digits or 32 of base 32
 * @param displayName a name to show until the metadata has come
 * @param trackers announce URLs in order
 * @param peers {@code host:port} of peers to try (BEP 9, x.pe)
 * @param webSeeds URLs of the content over HTTP
 * @param selected indexes of files to download, as written (BEP 53, so), such as {@code 0,2,4-6}
 */
public record MagnetLink(
    InfoHash infoHash,
    Optional<String> displayName,
    List<String> trackers,
    List<String> peers,
    List<String> webSeeds,
    Optional<String> selected) {
  /** Characters a link may have; a page of trackers is far below. */
  private static final int MAX_LENGTH = 64 * 1024;

  private static final String BASE32 = "abcdefghijklmnopqrstuvwxyz234567";

  public MagnetLink {
    trackers = List.copyOf(trackers);
    peers = List.copyOf(peers);
    webSeeds = List.copyOf(webSeeds);
  }

  /** Whether a text is meant as a magnet link. */
  public static boolean looksLike(String text) {
    return text.regionMatches(true, 0, "magnet:?", 0, 8);
  }

  /** Reads a link. */
  public static MagnetLink parse(String link) throws MetainfoException {
    if (!looksLike(link) || link.length() > MAX_LENGTH) {
      throw new MetainfoException("not a magnet link");
    }
    Optional<InfoHash> hash = Optional.empty();
    boolean v2 = false;
    Optional<String> name = Optional.empty();
    Optional<String> selected = Optional.empty();
    var trackers = new ArrayList<String>();
    var peers = new ArrayList<String>();
    var webSeeds = new ArrayList<String>();
    for (var pair : link.substring(8).split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals < 0) {
        continue;
      }
      var value = decode(pair.substring(equals + 1));
      switch (key(pair.substring(0, equals))) {
        case "xt" -> {
          if (value.regionMatches(true, 0, "urn:btih:", 0, 9)) {
            hash = Optional.of(infoHash(value.substring(9)));
          } else if (value.regionMatches(true, 0, "urn:btmh:", 0, 9)) {
            v2 = true;
          }
        }
        case "dn" -> name = Optional.of(value);
        case "tr" -> trackers.add(value.strip());
        case "x.pe" -> peers.add(value);
        case "ws" -> webSeeds.add(value);
        case "so" -> selected = Optional.of(value);
        default -> {}
      }
    }
    if (hash.isEmpty()) {
      throw new MetainfoException(
          v2
              ? "a magnet link of version 2 alone (BEP 52) is not supported; a hybrid works"
              : "a magnet link without xt=urn:btih:");
    }
    return new MagnetLink(hash.get(), name, trackers, peers, webSeeds, selected);
  }

  /** The link of a torrent. */
  public static MagnetLink of(Metainfo metainfo) throws MetainfoException {
    var hash =
        metainfo
            .info()
            .v1Hash()
            .orElseThrow(() -> new MetainfoException("version 2 alone (BEP 52) is not supported"));
    return new MagnetLink(
        hash,
        Optional.of(metainfo.info().name()),
        metainfo.trackers().stream().flatMap(List::stream).toList(),
        List.of(),
        metainfo.webSeeds(),
        Optional.empty());
  }

  /** The link as text. */
  @Override
  public String toString() {
    var link = new StringBuilder("magnet:?xt=urn:btih:").append(infoHash);
    displayName.ifPresent(n -> link.append("&dn=").append(encode(n)));
    trackers.forEach(t -> link.append("&tr=").append(encode(t)));
    webSeeds.forEach(w -> link.append("&ws=").append(encode(w)));
    peers.forEach(p -> link.append("&x.pe=").append(encode(p)));
    selected.ifPresent(s -> link.append("&so=").append(encode(s)));
    return link.toString();
  }

  /** {@code tr.1} and {@code tr.2} mean {@code tr}; {@code x.pe} is a name of its own. */
  private static String key(String key) {
    var name = key.toLowerCase(Locale.ROOT);
    int dot = name.indexOf('.');
    return name.startsWith("x.") || dot < 0 ? name : name.substring(0, dot);
  }

  private static InfoHash infoHash(String text) throws MetainfoException {
    try {
      return switch (text.length()) {
        case 40 -> InfoHash.parse(text);
        case 32 -> InfoHash.of(base32(text));
        default -> throw new IllegalArgumentException("neither 40 nor 32 characters");
      };
    } catch (IllegalArgumentException e) {
      throw new MetainfoException("not an info-hash: " + text, e);
    }
  }

  private static byte[] base32(String text) {
    var bytes = new byte[InfoHash.LENGTH];
    long bits = 0;
    int count = 0;
    int at = 0;
    for (char c : text.toLowerCase(Locale.ROOT).toCharArray()) {
      int digit = BASE32.indexOf(c);
      if (digit < 0) {
        throw new IllegalArgumentException("not base 32");
      }
      bits = bits << 5 | digit;
      count += 5;
      if (count >= 8) {
        count -= 8;
        bytes[at++] = (byte) (bits >>> count);
      }
    }
    return bytes;
  }

  private static String decode(String text) throws MetainfoException {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw new MetainfoException("a bad escape in the magnet link", e);
    }
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
