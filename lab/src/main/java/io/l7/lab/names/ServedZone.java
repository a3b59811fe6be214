package io.l7.lab.names;

import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RecordText;
import io.l7.dns.message.ResourceRecord;
import io.l7.dns.update.ZoneWriter;
import io.l7.dns.zone.ZoneEdit;
import java.util.function.Consumer;

/** A zone of the lab while it is served: records can be added and taken away at any time. */
public final class ServedZone implements AutoCloseable {
  private final ZoneWriter writer;

  ServedZone(ZoneWriter writer) {
    this.writer = writer;
  }

  /** The zone's name. */
  public Name origin() {
    return writer.zone().origin();
  }

  /** The serial that is served now. */
  public long serial() {
    return writer.zone().zone().serial();
  }

  /** Adds a record, its data in master-file form, names absolute. */
  public void add(String owner, long ttl, String type, String data) {
    change(edit -> edit.add(record(owner, ttl, type, data)));
  }

  /** Puts one record in the place of all of its owner and type. */
  public void replace(String owner, long ttl, String type, String data) {
    var record = record(owner, ttl, type, data);
    change(
        edit -> {
          edit.set(record.owner(), record.type()).records().forEach(edit::remove);
          edit.add(record);
        });
  }

  /** Takes a record away. */
  public void remove(String owner, String type, String data) {
    change(edit -> edit.remove(record(owner, 0, type, data)));
  }

  private void change(Consumer<ZoneEdit> change) {
    var outcome = writer.change(change);
    if (!outcome.equals(io.l7.dns.message.Rcode.NOERROR))
      throw new IllegalStateException(origin() + ": " + outcome);
  }

  static ResourceRecord record(String owner, long ttl, String type, String data) {
    var name = Name.parse(owner);
    var kind = RRType.parse(type);
    return ResourceRecord.of(name, kind, ttl, RecordText.parse(kind, data, Name.ROOT));
  }

  @Override
  public void close() throws java.io.IOException {
    writer.close();
  }
}
