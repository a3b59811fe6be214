package io.l7.smtp.store;

import io.l7.common.disk.Disk;
import io.l7.common.disk.DiskFile;
import io.l7.smtp.message.MailId;
import java.io.EOFException;
import java.io.IOException;

/** Reads single records back out of the log. */
final class SegmentReader {
  private SegmentReader() {}

  /** The record at a position, checked against its sums. */
  static byte[] record(Disk disk, StoreLayout layout, GroupCommitter.Position position, MailId id)
      throws IOException {
    try (var f = disk.open(layout.segment(position.segment()), Disk.Open.READ)) {
      var head = read(f, position.offset(), RecordFrame.HEADER);
      if (!RecordFrame.isHeader(head, 0, position.segment())) {
        throw new IOException("mail " + id + ": record header is damaged");
      }
      var header = RecordFrame.header(head, 0);
      var record = read(f, position.offset(), header.total());
      if (RecordFrame.sum(record, RecordFrame.HEADER, header.payload()) != header.payloadSum()
          || !header.id().equals(id)) {
        throw new IOException("mail " + id + ": record does not match its checksum");
      }
      return record;
    }
  }

  private static byte[] read(DiskFile file, long offset, int length) throws IOException {
    var octets = new byte[length];
    var done = 0;
    while (done < length) {
      var count = file.read(offset + done, octets, done, length - done);
      if (count < 0) {
        throw new EOFException("segment ends inside a record");
      }
      done += count;
    }
    return octets;
  }
}
