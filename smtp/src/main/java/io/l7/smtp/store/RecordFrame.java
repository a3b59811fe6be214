package io.l7.smtp.store;

import io.l7.smtp.message.MailId;
import java.util.zip.CRC32C;

/**
 * The frame around each record: 32 octets of header, the payload, zeros up to a multiple of eight.
 *
 * <pre>
 *  0 magic  4 segment  8 type  12 payload length  16 mail id  24 payload CRC-32C  28 header CRC-32C
 * </pre>
 *
 * The header carries the number of its segment, so that what an earlier use of the same file left
 * behind is never taken for a record of this one; and a sum of its own, so that the next record is
 * found behind a damaged payload, and searched for behind a damaged header.
 */
final class RecordFrame {
  static final int HEADER = 32;
  static final int ALIGNMENT = 8;
  static final int MAIL = 1;
  static final int STATE = 2;
  static final int FINAL = 3;
  static final int BATCH_END = 4;

  /** Payloads above this are nonsense: contents of that size have files of their own. */
  static final int MAX_PAYLOAD = 1 << 26;

  private static final int MAGIC = 0x4C374D31; // "L7M1"

  private RecordFrame() {}

  static OctetWriter begin(int type, MailId id, int capacity) {
    return new OctetWriter(HEADER + capacity)
        .u32(MAGIC)
        .u32(0)
        .u32(type)
        .u32(0)
        .u64(id.value())
        .u64(0);
  }

  /**
   * Closes a record begun with {@link #begin}; the segment and the header's sum are still to be
   * set.
   */
  static byte[] end(OctetWriter out) {
    var payload = out.length() - HEADER;
    var b = out.array();
    OctetWriter.put32(b, 12, payload);
    OctetWriter.put32(b, 24, sum(b, HEADER, payload));
    out.pad(ALIGNMENT);
    return out.toArray();
  }

  /** Sets the segment and seals the header. */
  static void seal(byte[] record, int segment) {
    OctetWriter.put32(record, 4, segment);
    OctetWriter.put32(record, 28, sum(record, 0, 28));
  }

  static int type(byte[] record) {
    return OctetWriter.get32(record, 8);
  }

  static int sum(byte[] b, int offset, int length) {
    var crc = new CRC32C();
    crc.update(b, offset, length);
    return (int) crc.getValue();
  }

  /** A header that was read and is sound. */
  record Header(int type, int payload, MailId id, int payloadSum) {
    /** Octets of the whole record with its padding. */
    int total() {
      return HEADER + (payload + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }
  }

  /** Whether a sound header of this segment stands at the offset. */
  static boolean isHeader(byte[] b, int at, int segment) {
    return at + HEADER <= b.length
        && OctetWriter.get32(b, at) == MAGIC
        && OctetWriter.get32(b, at + 4) == segment
        && OctetWriter.get32(b, at + 28) == sum(b, at, 28)
        && OctetWriter.get32(b, at + 12) >= 0
        && OctetWriter.get32(b, at + 12) <= MAX_PAYLOAD;
  }

  /** Reads a header that {@link #isHeader} has found. */
  static Header header(byte[] b, int at) {
    var id =
        (long) OctetWriter.get32(b, at + 16) << 32 | OctetWriter.get32(b, at + 20) & 0xFFFF_FFFFL;
    return new Header(
        OctetWriter.get32(b, at + 8),
        OctetWriter.get32(b, at + 12),
        new MailId(id),
        OctetWriter.get32(b, at + 24));
  }
}
