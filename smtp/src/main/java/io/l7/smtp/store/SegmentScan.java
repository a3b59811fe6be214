package io.l7.smtp.store;

import io.l7.common.disk.Disk;
import io.l7.smtp.message.MailId;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads one segment from end to end and tells apart what is sound, what is damaged and what a crash
 * left unfinished. A defect before the last end-of-batch record lies in something that was
 * acknowledged: damage. Behind it, nothing was.
 *
 * @param records the sound records with their offsets, in order
 * @param damages the defective stretches of acknowledged batches
 * @param octets the segment as read
 */
record SegmentScan(int segment, List<Found> records, List<Damage> damages, byte[] octets) {

  /** A sound record. */
  record Found(long offset, int total, LogRecord record) {}

  /** A stretch that cannot be read; the id is known when the header is sound. */
  record Damage(int offset, int length, Optional<MailId> id, String why) {}

  static SegmentScan of(Disk disk, Path file, int segment) throws IOException {
    return of(read(disk, file), segment);
  }

  static SegmentScan of(byte[] b, int segment) {
    var records = new ArrayList<Found>();
    var damages = new ArrayList<Damage>();
    var acknowledged = 0; // damages before the last end of a batch
    var at = 0;
    while (at >= 0 && at < b.length) {
      if (!RecordFrame.isHeader(b, at, segment)) {
        var next = nextHeader(b, at, segment);
        if (next < 0) {
          break;
        }
        damages.add(new Damage(at, next - at, Optional.empty(), "record header is damaged"));
        at = next;
        continue;
      }
      var header = RecordFrame.header(b, at);
      var problem = problem(b, at, header);
      if (problem.isPresent()) {
        var length = Math.min(header.total(), b.length - at);
        damages.add(new Damage(at, length, Optional.of(header.id()), problem.get()));
      } else {
        try {
          var record =
              RecordCodec.decode(
                  header.type(), header.id(), b, at + RecordFrame.HEADER, header.payload());
          records.add(new Found(at, header.total(), record));
          if (record instanceof LogRecord.BatchEnd) {
            acknowledged = damages.size();
          }
        } catch (IllegalArgumentException e) {
          var why = "record makes no sense: " + e.getMessage();
          damages.add(new Damage(at, header.total(), Optional.of(header.id()), why));
        }
      }
      at += header.total();
    }
    return new SegmentScan(
        segment, List.copyOf(records), List.copyOf(damages.subList(0, acknowledged)), b);
  }

  private static Optional<String> problem(byte[] b, int at, RecordFrame.Header header) {
    if (header.total() > b.length - at) {
      return Optional.of("record is cut off");
    }
    var sum = RecordFrame.sum(b, at + RecordFrame.HEADER, header.payload());
    return sum == header.payloadSum()
        ? Optional.empty()
        : Optional.of("record does not match its checksum");
  }

  private static int nextHeader(byte[] b, int from, int segment) {
    for (var i = from + RecordFrame.ALIGNMENT; i < b.length; i += RecordFrame.ALIGNMENT) {
      if (RecordFrame.isHeader(b, i, segment)) {
        return i;
      }
    }
    return -1;
  }

  private static byte[] read(Disk disk, Path file) throws IOException {
    try (var f = disk.open(file, Disk.Open.READ)) {
      var octets = new byte[Math.toIntExact(f.size())];
      var done = 0;
      while (done < octets.length) {
        var count = f.read(done, octets, done, octets.length - done);
        if (count < 0) {
          break;
        }
        done += count;
      }
      return octets;
    }
  }
}
