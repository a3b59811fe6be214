package io.l7.bittorrent.storage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;

/**
 * By what a file is recognised as unchanged.
 *
 * @param size in bytes; -1 when it is not there
 * @param modified in microseconds since 1970
 */
public record FileStamp(long size, long modified) {
  /** The stamp of a file that is not there. */
  public static final FileStamp ABSENT = new FileStamp(-1, 0);

  /** The stamp of what is at {@code path} now. */
  static FileStamp of(Path path) throws IOException {
    try {
      var attributes = Files.readAttributes(path, BasicFileAttributes.class);
      return new FileStamp(
          attributes.size(), attributes.lastModifiedTime().to(TimeUnit.MICROSECONDS));
    } catch (NoSuchFileException _) {
      return ABSENT;
    }
  }
}
