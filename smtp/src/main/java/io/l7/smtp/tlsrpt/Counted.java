package io.l7.smtp.tlsrpt;

import io.l7.common.disk.Disk;
import io.l7.common.json.Json;
import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/**
 * What is counted of one domain on one day, and its report not out yet.
 *
 * @param day of UTC
 * @param domain in A-labels
 * @param sent where the report has gone by now
 * @param policies what it tells (RFC 8460 §4.4, "policies")
 */
public record Counted(LocalDate day, String domain, List<String> sent, Json policies) {
  /** Where a store has its counts. */
  public static final String FOLDER = "tls-reports";

  public Counted {
    sent = List.copyOf(sent);
  }

  /**
   * All that a folder holds, by day; a server that counts there is minutes ahead of it, {@link
   * TlsRptLimits#write}.
   *
   * @throws IOException the folder cannot be read
   */
  public static List<Counted> read(Disk disk, Path folder) throws IOException {
    var out = new ArrayList<Counted>();
    for (var day : DayFiles.read(disk, folder)) {
      for (var domain : day.domains()) {
        out.add(new Counted(day.day(), domain, day.sent(domain), day.policies(domain)));
      }
    }
    return out;
  }
}
