package io.l7.smtp.store;

import io.l7.common.disk.Disk;
import io.l7.smtp.message.MailId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the whole log at a start. Whatever is damaged is copied to the quarantine with one line in
 * the log, and the rest lives: a store always opens. Mails of a batch that a crash cut short were
 * never acknowledged; those that are whole are kept, for their clients may have gone.
 */
final class Recovery {
  private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

  private final Disk disk;
  private final StoreLayout layout;
  private final Instant now;
  private final Map<MailId, LiveMail> live = new TreeMap<>();
  private final List<Integer> segments = new ArrayList<>();
  private final List<Integer> spares = new ArrayList<>();
  private int highest;
  private long newestId;
  private boolean damaged;

  Recovery(Disk disk, StoreLayout layout, Instant now) {
    this.disk = disk;
    this.layout = layout;
    this.now = now;
  }

  /** Reads everything; afterwards the other methods tell what was found. */
  void run() throws IOException {
    for (var file : disk.list(layout.log())) {
      StoreLayout.segmentNumber(file).ifPresent(segments::add);
      StoreLayout.spareNumber(file).ifPresent(spares::add);
    }
    segments.sort(null);
    for (var segment : segments) {
      segment(segment);
    }
    for (var spare : spares) {
      highest = Math.max(highest, spare);
    }
    if (!segments.isEmpty()) {
      highest = Math.max(highest, segments.getLast());
    }
    live.values().removeIf(m -> m.state.isFinal());
    bodies();
  }

  private void segment(int number) throws IOException {
    var scan = SegmentScan.of(disk, layout.segment(number), number);
    for (var found : scan.records()) {
      newestId = Math.max(newestId, found.record().id().value());
      apply(number, found);
    }
    damaged |= !scan.damages().isEmpty();
    for (var damage : scan.damages()) {
      var name = "%010d-%d.bin".formatted(number, damage.offset());
      quarantine(name, scan.octets(), damage.offset(), damage.length());
      LOG.error(
          "segment {} at {}: {}{}; kept as quarantine/{}",
          number,
          damage.offset(),
          damage.why(),
          damage.id().map(id -> ", mail " + id).orElse(""),
          name);
    }
  }

  private void apply(int segment, SegmentScan.Found found) {
    var position = new GroupCommitter.Position(segment, found.offset());
    switch (found.record()) {
      case LogRecord.Mail mail -> {
        var state = MailState.fresh(mail.envelope().recipients().size(), now);
        var known = live.get(mail.id()); // a copy made when an old segment was emptied
        var entry = new LiveMail(mail, known == null ? state : known.state, position, null);
        entry.recorded = known != null && known.recorded;
        live.put(mail.id(), entry);
      }
      case LogRecord.State(var id, var state) -> {
        var mail = live.get(id);
        if (mail != null && mail.envelope.recipients().size() == state.recipients().size()) {
          mail.state = state;
          mail.recorded = true;
        }
      }
      case LogRecord.Final(var id) -> live.remove(id);
      case LogRecord.BatchEnd b -> {}
    }
  }

  /**
   * Checks the contents in own files, and sweeps away those that belong to no mail; where the log
   * is damaged, they may belong to one whose record cannot be read, and are kept.
   */
  private void bodies() throws IOException {
    for (var file : disk.list(layout.bodies())) {
      var id = StoreLayout.bodyId(file);
      if (id.map(live::get).isPresent()) {
        continue;
      }
      if (damaged && id.isPresent()) {
        quarantine(file);
        LOG.error("content {} belongs to no mail that can be read; kept in quarantine", file);
      } else {
        disk.delete(file);
      }
    }
    var broken = new HashMap<MailId, String>();
    for (var mail : live.values()) {
      if (mail.ownFile()) {
        var problem = BodyCheck.problem(disk, layout.body(mail.id), mail.length, mail.contentSum);
        problem.ifPresent(why -> broken.put(mail.id, why));
      }
    }
    for (var entry : broken.entrySet()) {
      var file = layout.body(entry.getKey());
      var name = file.getFileName().toString();
      if (disk.exists(file)) {
        quarantine(file);
      }
      live.remove(entry.getKey());
      LOG.error("mail {}: {}; kept as quarantine/{}", entry.getKey(), entry.getValue(), name);
    }
  }

  private void quarantine(Path body) throws IOException {
    disk.move(body, layout.quarantine().resolve(body.getFileName()));
    disk.syncDirectory(layout.quarantine());
  }

  private void quarantine(String name, byte[] octets, int offset, int length) throws IOException {
    var file = layout.quarantine().resolve(name);
    if (disk.exists(file)) {
      return; // found by an earlier start
    }
    try (var f = disk.open(file, Disk.Open.CREATE_NEW)) {
      f.write(0, octets, offset, length);
      f.force();
    } catch (IOException e) {
      disk.delete(file); // or the next start would take what is there for all of it
      throw e;
    }
    disk.syncDirectory(layout.quarantine());
  }

  Map<MailId, LiveMail> live() {
    return live;
  }

  List<Integer> segments() {
    return segments;
  }

  List<Integer> spares() {
    return spares;
  }

  /** The greatest number that any file of the log has. */
  int highest() {
    return highest;
  }

  /** The newest id in the log. */
  MailId newest() {
    return new MailId(newestId);
  }
}
