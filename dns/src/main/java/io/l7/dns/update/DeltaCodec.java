package io.l7.dns.update;

import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.dns.message.Rdata;
import io.l7.dns.message.ResourceRecord;
import io.l7.dns.zone.ZoneDelta;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * An entry of a journal as octets: twice a count (4 octets) and that many records, each owner in
 * wire form, type (2), TTL (4), length (2) and data; then the digest of the version that it leads
 * from, if it has one.
 */
final class DeltaCodec {
  private DeltaCodec() {}

  static byte[] encode(Journal.Entry entry) {
    var out = new ByteArrayOutputStream(256);
    records(out, entry.delta().removed());
    records(out, entry.delta().added());
    entry.base().ifPresent(digest -> out.writeBytes(digest.toWire()));
    return out.toByteArray();
  }

  private static void records(ByteArrayOutputStream out, List<ResourceRecord> records) {
    write32(out, records.size());
    for (ResourceRecord record : records) {
      out.writeBytes(record.owner().toWire());
      write16(out, record.type().code());
      write32(out, (int) record.ttl());
      write16(out, record.rdata().length());
      out.writeBytes(record.rdata().toWire());
    }
  }

  static Journal.Entry decode(byte[] body, Name origin) throws IOException {
    try {
      var in = ByteBuffer.wrap(body);
      var delta = new ZoneDelta(records(in), records(in));
      var digest = new byte[in.remaining()];
      in.get(digest);
      return new Journal.Entry(
          delta, digest.length == 0 ? Optional.empty() : Optional.of(Rdata.of(digest)));
    } catch (BufferUnderflowException | IllegalArgumentException e) {
      throw new IOException(
          "journal of " + origin + ": an entry cannot be read: " + e.getMessage(), e);
    }
  }

  private static List<ResourceRecord> records(ByteBuffer in) {
    int count = in.getInt();
    if (count < 0 || count > in.remaining() / 9) {
      throw new IllegalArgumentException("count " + count);
    }
    var records = new ArrayList<ResourceRecord>(count);
    for (int i = 0; i < count; i++) {
      Name owner = name(in);
      var type = new RRType(in.getShort() & 0xffff);
      long ttl = in.getInt() & 0xffff_ffffL;
      var data = new byte[in.getShort() & 0xffff];
      in.get(data);
      records.add(ResourceRecord.of(owner, type, ttl, Rdata.of(data)));
    }
    return records;
  }

  private static Name name(ByteBuffer in) {
    int start = in.position();
    int length = 1;
    for (int octet = in.get(); octet != 0; octet = in.get()) {
      length += 1 + octet;
      in.position(in.position() + octet);
    }
    var wire = new byte[length];
    in.get(start, wire);
    return Name.ofWire(wire);
  }

  private static void write16(ByteArrayOutputStream out, int value) {
    out.write(value >>> 8);
    out.write(value);
  }

  private static void write32(ByteArrayOutputStream out, int value) {
    write16(out, value >>> 16);
    write16(out, value);
  }
}
