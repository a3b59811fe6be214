package io.l7.dns.transfer;

import io.l7.dns.message.Flag;
import io.l7.dns.message.Flags;
import io.l7.dns.message.Message;
import io.l7.dns.message.MessageWriter;
import io.l7.dns.message.Opcode;
import io.l7.dns.message.RRset;
import io.l7.dns.message.Rcode;
import io.l7.dns.message.ResourceRecord;
import io.l7.dns.tsig.TsigSession;
import io.l7.dns.zone.LiveZone;
import io.l7.dns.zone.Serial;
import io.l7.dns.zone.Zone;
import io.l7.dns.zone.ZoneDelta;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * Sends a zone or its latest differences as a stream of messages. One version of the zone is walked
 * while it is sent, so that a million records are never held twice and updates go on meanwhile.
 */
public final class OutgoingTransfer {
  /**
   * Octets of records gathered for one message, before compression: pointers reach 16 KiB, so
   * larger messages compress worse.
   */
  private static final int MESSAGE_OCTETS = 16_000;

  private final Message query;
  private final Optional<TsigSession> signature;
  private final MessageSink sink;
  private final InstantSource clock;
  private final List<ResourceRecord> pending = new ArrayList<>();
  private int pendingOctets;
  private boolean first = true;

  /** Takes the messages of a transfer, in order. */
  @FunctionalInterface
  public interface MessageSink {
    void send(byte[] message) throws IOException;
  }

  public OutgoingTransfer(
      Message query, Optional<TsigSession> signature, MessageSink sink, InstantSource clock) {
    this.query = query;
    this.signature = signature;
    this.sink = sink;
    this.clock = clock;
  }

  /** The whole zone: SOA, everything else, SOA (RFC 5936 §2.2). */
  public void whole(Zone zone) throws IOException {
    for (Iterator<RRset> sets = zone.iterator(); sets.hasNext(); ) {
      for (ResourceRecord record : sets.next().recordsWithSignatures()) {
        add(record);
      }
    }
    addAll(zone.soaSet().records());
    flush();
  }

  /**
   * The differences since a version, or the whole zone when they are not known (RFC 1995 §4).
   *
   * @param serial of the version that the client has
   */
  public void differences(LiveZone live, long serial) throws IOException {
    Zone zone = live.zone();
    // RFC 1995 §2: one SOA when the client is current
    if (!Serial.isAfter(zone.serial(), serial)) {
      addAll(zone.soaSet().records());
      flush();
      return;
    }
    Optional<List<ZoneDelta>> deltas = live.since(serial);
    if (deltas.isEmpty() || deltas.get().isEmpty() || size(deltas.get()) > zone.records()) {
      whole(zone);
      return;
    }
    ResourceRecord soa = deltas.get().getLast().added().getFirst();
    add(soa);
    for (ZoneDelta delta : deltas.get()) {
      addAll(delta.removed());
      addAll(delta.added());
    }
    add(soa);
    flush();
  }

  private static long size(List<ZoneDelta> deltas) {
    return deltas.stream().mapToLong(ZoneDelta::size).sum();
  }

  private void addAll(List<ResourceRecord> records) throws IOException {
    for (ResourceRecord record : records) {
      add(record);
    }
  }

  private void add(ResourceRecord record) throws IOException {
    int octets = record.owner().wireLength() + 10 + record.rdata().length();
    if (pendingOctets + octets > MESSAGE_OCTETS && !pending.isEmpty()) {
      flush();
    }
    pending.add(record);
    pendingOctets += octets;
  }

  private void flush() throws IOException {
    Message message =
        new Message(
            query.id(),
            Opcode.QUERY,
            Rcode.NOERROR,
            Flags.of(Flag.QR, Flag.AA),
            first ? query.questions() : List.of(), // RFC 5936 §2.2.1
            pending,
            List.of(),
            List.of(),
            Optional.empty());
    byte[] wire = MessageWriter.write(message);
    sink.send(
        signature.isPresent()
            ? signature.get().sign(wire, clock.instant().getEpochSecond())
            : wire);
    pending.clear();
    pendingOctets = 0;
    first = false;
  }
}
