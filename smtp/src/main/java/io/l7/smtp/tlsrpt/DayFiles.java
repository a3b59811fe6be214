package io.l7.smtp.tlsrpt;

import io.l7.common.disk.Disk;
import io.l7.common.json.Json;
import io.l7.smtp.kept.KeptFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps days on the disk, a file each: {@code DAY.json}. Written behind; a full disk costs counts,
 * never mail. Thread-safe.
 */
final class DayFiles implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DayFiles.class);

  /** Far above what the limits let a day grow to: a file beyond it is none of ours. */
  private static final int MOST_OCTETS = 256 << 20;

  private static final Pattern NAME = Pattern.compile("\\d{4}-\\d{2}-\\d{2}\\.json");

  private final KeptFiles files;

  DayFiles(Disk disk, Path folder) {
    this.files = new KeptFiles("TLS counts", disk, folder);
  }

  /** What an earlier run left; what cannot be read is told of and passed over. */
  List<DayTally> load() throws IOException {
    return days(files.load(DayFiles::isDay, MOST_OCTETS));
  }

  /** What is there now, for who only looks. */
  static List<DayTally> read(Disk disk, Path folder) throws IOException {
    return days(KeptFiles.read(disk, folder, DayFiles::isDay, MOST_OCTETS));
  }

  private static boolean isDay(String name) {
    return NAME.matcher(name).matches();
  }

  private static List<DayTally> days(Map<String, byte[]> files) {
    var out = new ArrayList<DayTally>();
    files.forEach(
        (name, octets) -> {
          try {
            var day = DayTally.of(Json.parse(new String(octets, StandardCharsets.UTF_8)));
            if (name.equals(name(day))) {
              out.add(day);
            } else {
              LOG.warn("{} is of another day", name);
            }
          } catch (RuntimeException e) {
            LOG.warn("{} holds no counts that can be read: {}", name, e.toString());
          }
        });
    return out;
  }

  /** Keeps the day as it is now; one that is empty needs no file. */
  void keep(DayTally day) {
    if (day.isEmpty()) {
      files.remove(name(day));
    } else {
      files.put(name(day), day.json().toString().getBytes(StandardCharsets.UTF_8));
    }
  }

  private static String name(DayTally day) {
    return day.day() + ".json";
  }

  @Override
  public void close() {
    files.close();
  }
}
