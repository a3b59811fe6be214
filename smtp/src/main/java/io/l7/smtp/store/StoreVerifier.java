package io.l7.smtp.store;

import io.l7.common.disk.Disk;
import io.l7.smtp.message.MailId;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads a whole store, in use or not, and checks every accepted mail that is not over, and every
 * record of the log beside; changes nothing. What a running server takes away meanwhile - a segment
 * in which every mail is over, the content of a mail that came to its end - is no damage.
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
        scan(file, number.getAsInt()).ifPresent(scan -> note(file, scan));
      }
    }
    bodies();
    for (var file : list(layout.quarantine())) {
      problems.add(new Problem(file, "was put into quarantine by an earlier start"));
    }
    return new Report(records, waiting.size(), problems);
  }

  /** Reads a segment; empty when the server gave it back while we read. */
  private Optional<SegmentScan> scan(Path file, int number) throws IOException {
    try {
      var scan = SegmentScan.of(disk, file, number);
      // A file that was given back is written anew under another name, and we may have seen that.
      return disk.exists(file) ? Optional.of(scan) : Optional.empty();
    } catch (NoSuchFileException e) {
      return Optional.empty();
    }
  }

  private void note(Path file, SegmentScan scan) {
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

  private void bodies() throws IOException {
    var suspects = new LinkedHashMap<MailId, String>();
    for (var mail : waiting.values()) {
      if (mail.contentAt() < 0) {
        body(mail).ifPresent(why -> suspects.put(mail.id(), why));
      }
    }
    if (!suspects.isEmpty()) {
      forgetWhatIsOver(suspects.keySet());
    }
    suspects.forEach((id, why) -> problems.add(new Problem(layout.body(id), why + ", mail " + id)));
  }

  private Optional<String> body(LogRecord.Mail mail) throws IOException {
    var file = layout.body(mail.id());
    try {
      return BodyCheck.problem(disk, file, mail.contentLength(), mail.contentSum());
    } catch (NoSuchFileException e) {
      return Optional.of("content file is missing");
    }
  }

  /** A mail that came to its end since the log was read has rightly no content any more. */
  private void forgetWhatIsOver(Set<MailId> suspects) throws IOException {
    for (var file : list(layout.log())) {
      var number = StoreLayout.segmentNumber(file);
      if (number.isPresent()) {
        for (var found :
            scan(file, number.getAsInt()).map(SegmentScan::records).orElse(List.of())) {
          if (found.record() instanceof LogRecord.Final(var id) && suspects.remove(id)) {
            waiting.remove(id);
          }
        }
      }
    }
  }

  private List<Path> list(Path folder) throws IOException {
    return disk.exists(folder) ? disk.list(folder).stream().sorted().toList() : List.of();
  }
}
