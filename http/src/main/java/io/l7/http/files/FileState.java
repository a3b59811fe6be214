package io.l7.http.files;

import io.l7.http.semantics.Coding;
import io.l7.http.semantics.EntityTag;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One state of a regular file: when any of these differ, it is another state.
 *
 * @param path without links
 * @param key device and inode where the system has them
 */
record FileState(Path path, long size, FileTime modified, @Nullable Object key) {
  /**
   * The state of a regular file; none where there is no such, whatever else is in its place (a
   * folder, a link, a FIFO, a device).
   */
  static Optional<FileState> of(Path path) {
    try {
      var attributes =
          Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      return attributes.isRegularFile()
          ? Optional.of(
              new FileState(
                  path, attributes.size(), attributes.lastModifiedTime(), attributes.fileKey()))
          : Optional.empty();
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  boolean isCurrent() {
    return of(path).filter(this::equals).isPresent();
  }

  Instant lastModified() {
    return modified.toInstant();
  }

  /** From nanosecond time and size, and another one for each coding. */
  EntityTag tag(Coding coding) {
    Instant at = modified.toInstant();
    String opaque =
        Long.toHexString(at.getEpochSecond())
            + "-"
            + Integer.toHexString(at.getNano())
            + "-"
            + Long.toHexString(size);
    return EntityTag.strong(coding == Coding.IDENTITY ? opaque : opaque + "-" + coding.token());
  }
}
