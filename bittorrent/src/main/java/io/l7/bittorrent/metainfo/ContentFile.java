package io.l7.bittorrent.metainfo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A file to be shared.
 *
 * @param location where it lies
 * @param path elements below the torrent's name; none when the content is this one file
 * @param length in bytes when it was looked at
 * @param executable whether the owner may execute it
 */
record ContentFile(Path location, List<String> path, long length, boolean executable) {
  ContentFile {
    path = List.copyOf(path);
  }

  /** The regular files of a folder in the order of their raw names, or the one file. */
  static List<ContentFile> scan(Path content) throws IOException {
    if (Files.isRegularFile(content)) {
      return List.of(of(content, List.of()));
    }
    if (!Files.isDirectory(content)) {
      throw new MetainfoException("no such file or folder: " + content);
    }
    var files = new ArrayList<ContentFile>();
    try (var walk = Files.walk(content)) {
      for (var file : (Iterable<Path>) walk::iterator) {
        if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
          var path = new ArrayList<String>();
          content.relativize(file).forEach(element -> path.add(element.toString()));
          files.add(of(file, path));
        }
      }
    } catch (UncheckedIOException e) {
      throw e.getCause(); // a folder below that may not be read
    }
    files.sort((a, b) -> comparePaths(a.path(), b.path()));
    return files;
  }

  private static ContentFile of(Path file, List<String> path) throws IOException {
    return new ContentFile(file, path, Files.size(file), Files.isExecutable(file));
  }

  private static int comparePaths(List<String> a, List<String> b) {
    for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
      int order =
          Arrays.compareUnsigned(
              a.get(i).getBytes(StandardCharsets.UTF_8), b.get(i).getBytes(StandardCharsets.UTF_8));
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(a.size(), b.size());
  }
}
