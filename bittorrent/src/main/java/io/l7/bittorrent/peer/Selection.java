package io.l7.bittorrent.peer;

import io.l7.bittorrent.metainfo.TorrentFile;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.util.List;

/** Which files of a torrent are wanted. */
@FunctionalInterface
public interface Selection {
  /** Whether this file is. */
  boolean wants(TorrentFile file);

  /** All of them. */
  static Selection everything() {
    return _ -> true;
  }

  /**
   * Those whose path matches one of these globs, with or without the torrent's name in front:
   * {@code big numbers/*}.
   */
  static Selection globs(List<String> globs) {
    var matchers =
        globs.stream().map(g -> FileSystems.getDefault().getPathMatcher("glob:" + g)).toList();
    return file -> {
      var path = Path.of(file.path());
      var below =
          path.getNameCount() > 1 ? path.subpath(1, path.getNameCount()) : path.getFileName();
      return matchers.stream().anyMatch(m -> m.matches(path) || m.matches(below));
    };
  }
}
