package io.l7.http.files;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.SecureDirectoryStream;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Set;

/** The folder that is served, and the only door to what is in it. */
final class Root {
  private static final Set<OpenOption> READ =
      Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);

  private final Path real;

  Root(Path folder) throws IOException {
    real = folder.toRealPath();
  }

  Path path() {
    return real;
  }

  /**
   * Where a decoded path leads, all links followed; none where there is nothing, where it leads out
   * of the root, or where a name is hidden (begins with a dot; {@code .well-known} does not count,
   * RFC 8615).
   */
  Optional<Path> resolve(String decodedPath) {
    int start = 1;
    int length = decodedPath.length();
    while (start < length) {
      int slash = decodedPath.indexOf('/', start);
      int end = slash < 0 ? length : slash;
      if (end == start || isHidden(decodedPath.substring(start, end))) {
        return Optional.empty();
      }
      start = end + 1;
    }
    try {
      Path found = real.resolve(decodedPath.substring(1)).toRealPath();
      return found.startsWith(real) ? Optional.of(found) : Optional.empty();
    } catch (IOException | IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  /** Whether a decoded path leads to a folder of the site. */
  boolean isFolder(String decodedPath) {
    return resolve(decodedPath).filter(Files::isDirectory).isPresent();
  }

  private static boolean isHidden(String name) {
    return name.startsWith(".") && !name.equals(".well-known");
  }

  /**
   * Opens a file whose path has no links, from the root downwards and following none: one that was
   * put into the way since fails.
   */
  FileChannel open(Path file) throws IOException {
    try (DirectoryStream<Path> folder = Files.newDirectoryStream(real)) {
      return open(folder, real.relativize(file), 0);
    }
  }

  private FileChannel open(DirectoryStream<Path> folder, Path relative, int depth)
      throws IOException {
    if (!(folder instanceof SecureDirectoryStream<Path> secure)) {
      return file(Files.newByteChannel(real.resolve(relative), READ));
    }
    if (depth == relative.getNameCount() - 1) {
      return file(secure.newByteChannel(relative.getFileName(), READ));
    }
    try (var next = secure.newDirectoryStream(relative.getName(depth), LinkOption.NOFOLLOW_LINKS)) {
      return open(next, relative, depth + 1);
    }
  }

  private static FileChannel file(SeekableByteChannel channel) throws IOException {
    if (channel instanceof FileChannel opened) {
      return opened;
    }
    channel.close();
    throw new NoSuchFileException("not a file");
  }
}
