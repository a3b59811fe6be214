package io.l7.bittorrent.webseed;

import io.l7.bittorrent.announce.ForeignUrl;
import io.l7.bittorrent.bencode.BString;
import io.l7.bittorrent.metainfo.InfoDictionary;
import io.l7.bittorrent.metainfo.TorrentFile;
import io.l7.http.message.PercentEncoding;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/**
 * Where a web seed has the files of a torrent (BEP 19): a single file at the URL itself, or below
 * it by its name when it ends in a slash; the files of a folder always below it, the torrent's name
 * in front.
 */
public final class SeedUrl {
  private final String base;
  private final InfoDictionary info;

  private SeedUrl(String base, InfoDictionary info) {
    this.base = base;
    this.info = info;
  }

  /**
   * The rule for one URL and one torrent.
   *
   * @throws IOException it is no URL, or one that a torrent may not lead to: not of HTTP, or a
   *     query on this machine or its network, where it could be a command
   */
  public static SeedUrl of(String url, InfoDictionary info) throws IOException {
    requireSafe(ForeignUrl.parse(url));
    boolean folder = info.layout() == InfoDictionary.Layout.FOLDER && !url.endsWith("/");
    return new SeedUrl(folder ? url + "/" : url, info);
  }

  static void requireSafe(URI uri) throws IOException {
    ForeignUrl.requireHttp(uri);
    if (ForeignUrl.isLocal(uri) && uri.getRawQuery() != null) {
      throw new IOException("a web seed on a local address must have no query");
    }
  }

  /** The URL of a file; none where its name would lead elsewhere. */
  Optional<URI> of(TorrentFile file) throws IOException {
    if (info.layout() != InfoDictionary.Layout.FOLDER) {
      return Optional.of(
          ForeignUrl.parse(base.endsWith("/") ? base + encoded(info.rawName()) : base));
    }
    var url = new StringBuilder(base).append(encoded(info.rawName()));
    for (var element : file.rawPath()) {
      if (element.text().matches("\\.{0,2}")) {
        return Optional.empty();
      }
      url.append('/').append(encoded(element));
    }
    return Optional.of(ForeignUrl.parse(url.toString()));
  }

  /** A slash within a name is encoded, too. */
  private static String encoded(BString name) {
    return PercentEncoding.of(name.bytes());
  }

  /** The files of the torrent, in the order of the content. */
  public List<TorrentFile> files() {
    return info.files();
  }

  @Override
  public String toString() {
    return base;
  }
}
