package io.l7.smtp.store;

import io.l7.common.disk.Disk;
import io.l7.smtp.message.MailId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a whole store, in use or not, and checks every accepted mail that is not over, and every
 * record of the log beside; changes nothing.
 */
public final class StoreVerifier {
  private final Disk disk;
  private final StoreLayout layout;
  private final List<Problem> problems = new ArrayList<>();
  private final Map<MailId, LogRecord.Mail> waiting = new HashMap<>();
  private int records;

  /** One thing that is damaged. */
  public record Problem(Path file, String what) {}

  /**
   * What was found.
   *
   * @param records sound records of the log
   * @param waiting mails that are not over
   */
  public record Report(int records, int waiting, List<Problem> problems) {
    public Report {
      problems = List.copyOf(problems);
    }
  }

  /** A verifier of this store. */
  public StoreVerifier(Disk disk, StoreLayout layout) {
    this.disk = disk;
    this.layout = layout;
  }

  /** Checks everything once. */
  public Report verify() throws IOException {
    for (var file : list(layout.log())) {
      var number = StoreLayout.segmentNumber(file);
      if (number.isPresent()) {
        segment(file, number.getAsInt());
      }
    }
    for (var mail : waiting.values()) {
      if (mail.contentAt() < 0) {
        var file = layout.body(mail.id());
        BodyCheck.problem(disk, file, mail.contentLength(), mail.contentSum())
            .ifPresent(why -> problems.add(new Problem(file, why + ", mail " + mail.id())));
      }
    }
    for (var file : list(layout.quarantine())) {
      problems.add(new Problem(file, "was put into quarantine by an earlier start"));
    }
    return new Report(records, waiting.size(), problems);
  }

  private void segment(Path file, int number) throws IOException {
    var scan = SegmentScan.of(disk, file, number);
    records += scan.records().size();
    for (var found : scan.records()) {
      switch (found.record()) {
        case LogRecord.Mail mail -> waiting.put(mail.id(), mail);
        case LogRecord.Final(var id) -> waiting.remove(id);
        case LogRecord.State s -> {}
        case LogRecord.BatchEnd b -> {}
      }
    }
    for (var damage : scan.damages()) {
      var mail = damage.id().map(id -> ", mail " + id).orElse("");
      problems.add(new Problem(file, "at " + damage.offset() + ": " + damage.why() + mail));
    }
  }

  private List<Path> list(Path folder) throws IOException {
    return disk.exists(folder) ? disk.list(folder).stream().sorted().toList() : List.of();
  }
}
