package io.l7.bittorrent.tracker;

import io.l7.common.disk.TextFile;
import io.l7.common.metrics.Metrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of torrents that is followed: read again whenever it was changed. While it cannot be read
 * the last list stands, which is said once. One thread at a time.
 */
final class AllowFile {
  private static final Logger LOG = LoggerFactory.getLogger(AllowFile.class);
  private final Path file;
  private final AtomicReference<AllowList> allowed;
  private final Metrics.Tally unread;
  private Optional<FileTime> time = Optional.empty();
  private String fault = "";

  /**
   * @param file one hash a line
   * @param allowed where the list goes; emptied now, as serving everything would be the opposite of
   *     what is wanted
   * @param unread counts the times it could not be read
   */
  AllowFile(Path file, AtomicReference<AllowList> allowed, Metrics.Tally unread) {
    this.file = file;
    this.allowed = allowed;
    this.unread = unread;
    allowed.set(AllowList.of(List.of()));
  }

  /** Looks whether it was changed. */
  void follow() {
    try {
      var now = Optional.of(Files.getLastModifiedTime(file));
      if (!now.equals(time)) {
        allowed.set(AllowList.parse(TextFile.lines(file)));
        time = now;
        LOG.info("serving the {} torrents of {}", allowed.get().size(), file);
      } else if (!fault.isEmpty()) {
        LOG.info("the list {} can be read again", file);
      }
      fault = "";
    } catch (IOException | IllegalArgumentException e) {
      unread.add();
      if (!fault.equals(e.toString())) {
        fault = e.toString();
        LOG.warn("the list {} cannot be read: {}", file, fault);
      }
    }
  }
}
