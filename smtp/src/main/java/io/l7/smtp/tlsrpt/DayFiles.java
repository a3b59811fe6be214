package io.l7.smtp.tlsrpt;

import io.l7.common.disk.Disk;
import io.l7.common.disk.DiskPool;
import io.l7.common.json.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps days on the disk, a file each: {@code DAY.json}. Written behind, in order; a full disk
 * costs counts, never mail. Thread-safe.
 */
final class DayFiles implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DayFiles.class);

  /** Far above what the limits let a day grow to: a file beyond it is none of ours. */
  private static final int MOST_OCTETS = 256 << 20;

  private static final Pattern NAME = Pattern.compile("\\d{4}-\\d{2}-\\d{2}\\.json");

  private final Disk disk;
  private final Path folder;
  private final DiskPool pool = new DiskPool("l7-smtp-tls-reports", 1);

  DayFiles(Disk disk, Path folder) {
    this.disk = disk;
    this.folder = folder;
  }

  /** What an earlier run left; what cannot be read is told of and passed over. */
  List<DayTally> load() throws IOException {
    return pool.call(
        () -> {
          disk.createDirectories(folder);
          var above = folder.toAbsolutePath().getParent();
          if (above != null) {
            disk.syncDirectory(above);
          }
          var out = new ArrayList<DayTally>();
          for (var file : disk.list(folder)) {
            if (NAME.matcher(file.getFileName().toString()).matches()) {
              read(file).ifPresent(out::add);
            }
          }
          return out;
        });
  }

  private Optional<DayTally> read(Path file) {
    try {
      var text = new String(disk.readAll(file, MOST_OCTETS), StandardCharsets.UTF_8);
      var day = DayTally.of(Json.parse(text));
      if (file.equals(file(day.day()))) {
        return Optional.of(day);
      }
      LOG.warn("{} is of another day", file);
    } catch (IOException | RuntimeException e) {
      LOG.warn("{} holds no counts that can be read: {}", file, e.toString());
    }
    return Optional.empty();
  }

  /** Keeps the day as it is now; one that is empty needs no file. */
  void keep(DayTally day) {
    if (day.isEmpty()) {
      forget(day.day());
      return;
    }
    var octets = day.json().toString().getBytes(StandardCharsets.UTF_8);
    behind(day.day(), () -> disk.replace(file(day.day()), octets));
  }

  private void forget(LocalDate day) {
    behind(
        day,
        () -> {
          if (disk.exists(file(day))) {
            disk.delete(file(day));
          }
        });
  }

  private Path file(LocalDate day) {
    return folder.resolve(day + ".json");
  }

  private interface Change {
    void make() throws IOException;
  }

  private void behind(LocalDate day, Change change) {
    var _ =
        pool.submit(
            () -> {
              try {
                change.make();
              } catch (IOException | RuntimeException e) {
                LOG.error("what is known of TLS on {} cannot be written down", day, e);
              }
            });
  }

  @Override
  public void close() {
    pool.close();
  }
}
