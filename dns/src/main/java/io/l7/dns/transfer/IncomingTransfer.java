package io.l7.dns.transfer;

import io.l7.common.net.Connection;
import io.l7.dns.message.MalformedMessageException;
import io.l7.dns.message.Message;
import io.l7.dns.message.MessageReader;
import io.l7.dns.message.MessageWriter;
import io.l7.dns.message.Name;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRType;
import io.l7.dns.message.Rcode;
import io.l7.dns.message.RdataCheck;
import io.l7.dns.message.ResourceRecord;
import io.l7.dns.message.Soa;
import io.l7.dns.tsig.TsigKey;
import io.l7.dns.tsig.TsigSession;
import io.l7.dns.zone.Serial;
import io.l7.dns.zone.Zone;
import io.l7.dns.zone.ZoneBuilder;
import io.l7.dns.zone.ZoneDelta;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Fetches a zone, or what changed in it, over one connection. Nothing is given to the caller before
 * the last record and its signature are there, so that a transfer which stops halfway changes
 * nothing.
 */
public final class IncomingTransfer {
  private final Connection connection;
  private final Name origin;
  private final Optional<Zone> have;
  private final Optional<TsigSession> signature;
  private final InstantSource clock;
  private final int id;
  private final TransferLimits limits;

  private long records;
  private long octets;
  private Optional<ResourceRecord> firstSoa = Optional.empty();
  private Mode mode = Mode.UNKNOWN;
  private boolean done;
  private final ZoneBuilder builder;
  private final List<ZoneDelta> deltas = new ArrayList<>();
  private List<ResourceRecord> removed = new ArrayList<>();
  private List<ResourceRecord> added = new ArrayList<>();

  private enum Mode {
    UNKNOWN,
    WHOLE,
    REMOVING,
    ADDING
  }

  /** What a transfer brought. */
  public sealed interface Result {
    /** The zone is current. */
    record Current() implements Result {}

    /** A whole new version. */
    record Whole(Zone zone) implements Result {}

    /** Differences, oldest first, that lead from the version we had to {@code zone}. */
    record Incremental(Zone zone, List<ZoneDelta> deltas) implements Result {}
  }

  private IncomingTransfer(
      Connection connection,
      Name origin,
      Optional<Zone> have,
      Optional<TsigKey> key,
      InstantSource clock,
      int id,
      TransferLimits limits) {
    this.connection = connection;
    this.origin = origin;
    this.have = have;
    this.signature = key.map(TsigSession::asking);
    this.clock = clock;
    this.id = id;
    this.limits = limits;
    this.builder = new ZoneBuilder(origin);
  }

  /**
   * Transfers over an open connection: IXFR when there is a version to start from, else AXFR.
   *
   * @throws NoDifferences when there was a version to start from, and AXFR may do better
   * @throws IOException when the primary refuses, sends nonsense or stops, or a signature is wrong
   */
  public static Result run(
      Connection connection,
      Name origin,
      Optional<Zone> have,
      Optional<TsigKey> key,
      InstantSource clock,
      int id,
      TransferLimits limits)
      throws IOException {
    return new IncomingTransfer(connection, origin, have, key, clock, id, limits).run();
  }

  private long now() {
    return clock.instant().getEpochSecond();
  }

  private Result run() throws IOException {
    RRType type = have.isPresent() ? RRType.IXFR : RRType.AXFR;
    Message query = Message.query(id, Question.of(origin, type));
    if (have.isPresent()) {
      query = query.withSections(List.of(), have.get().soaSet().records(), List.of());
    }
    byte[] wire = MessageWriter.write(query);
    byte[] signed = signature.isPresent() ? signature.get().sign(wire, now()) : wire;
    connection.deadline(limits.whole(), "a zone transfer");
    connection.out().frame16(signed, 0, signed.length);
    connection.out().flush();
    while (!done) {
      byte[] answer = connection.in().frame16().orElseThrow(this::stopped);
      octets += answer.length;
      take(answer);
    }
    if (signature.isPresent() && !signature.get().isSettled()) {
      throw new IOException("the transfer of " + origin + " ends without a signature");
    }
    return result();
  }

  private IOException stopped() {
    String what = "the transfer of " + origin + " stopped halfway";
    boolean onlySoa = have.isPresent() && mode == Mode.UNKNOWN && firstSoa.isPresent();
    return onlySoa ? new NoDifferences(what) : new IOException(what);
  }

  private void take(byte[] answer) throws IOException {
    boolean signed = signature.isEmpty() || signature.get().accept(answer, now());
    Message message;
    try {
      message = MessageReader.read(answer);
    } catch (MalformedMessageException e) {
      throw new IOException("the transfer of " + origin + " holds a malformed message", e);
    }
    if (!message.rcode().equals(Rcode.NOERROR)) {
      // signed or not: a refusal may have no key to be signed with (RFC 8945 §5.3.2)
      String what = "the primary answers " + message.rcode() + " to the transfer of " + origin;
      boolean unknown =
          message.rcode().equals(Rcode.NOTIMP) || message.rcode().equals(Rcode.FORMERR);
      throw have.isPresent() && unknown ? new NoDifferences(what) : new IOException(what);
    }
    if (!signed) {
      throw new IOException("the transfer of " + origin + " is not signed as it must be");
    }
    if (message.id() != id || !message.isResponse()) {
      throw new IOException(
          "the transfer of " + origin + " holds a message that answers something else");
    }
    for (ResourceRecord record : message.answer()) {
      boolean differences = mode == Mode.REMOVING || mode == Mode.ADDING;
      if (differences && octets > limits.differenceOctets()) {
        throw new NoDifferences.TooLarge(
            "the differences of " + origin + " exceed " + limits.differenceOctets() + " octets");
      }
      if (done) {
        throw new IOException("the transfer of " + origin + " goes on after its end");
      }
      if (++records > limits.records()) {
        throw new IOException(
            "the transfer of " + origin + " has more than " + limits.records() + " records");
      }
      try {
        if (!RdataCheck.isWellFormed(record.type(), record.rdata())) {
          throw new IllegalArgumentException(record.owner() + " " + record.type());
        }
        take(record);
      } catch (IllegalArgumentException e) {
        throw new IOException(
            "the transfer of " + origin + " holds a bad record: " + e.getMessage(), e);
      }
    }
    boolean onlySoa = mode == Mode.UNKNOWN && firstSoa.isPresent();
    if (onlySoa) {
      // RFC 1995 §2: a single SOA says that there is nothing newer, unless it is newer itself: then
      // it begins a transfer of one record a message (RFC 5936 §2.2)
      done = have.isPresent() && !isNewer();
    } else if (firstSoa.isEmpty()) {
      throw new IOException("the transfer of " + origin + " is empty");
    }
  }

  private void take(ResourceRecord record) throws IOException {
    boolean soa = record.type().equals(RRType.SOA) && record.owner().equals(origin);
    if (firstSoa.isEmpty()) {
      if (!soa) {
        throw new IOException("the transfer of " + origin + " does not start with its SOA");
      }
      firstSoa = Optional.of(record);
      return;
    }
    switch (mode) {
      case UNKNOWN -> {
        boolean old = soa && have.isPresent() && serial(record) == have.get().serial();
        if (old) {
          mode = Mode.REMOVING;
          removed.add(record);
        } else {
          mode = Mode.WHOLE;
          builder.add(firstSoa.get());
          whole(record, soa);
        }
      }
      case WHOLE -> whole(record, soa);
      case REMOVING -> {
        if (soa) {
          mode = Mode.ADDING;
          added.add(record);
        } else {
          removed.add(record);
        }
      }
      case ADDING -> {
        if (!soa) {
          added.add(record);
          return;
        }
        deltas.add(new ZoneDelta(removed, added));
        boolean last =
            serial(record) == serial(firstSoa.get()) && deltas.getLast().to() == serial(record);
        if (last) {
          done = true;
        } else {
          removed = new ArrayList<>(List.of(record));
          added = new ArrayList<>();
          mode = Mode.REMOVING;
        }
      }
    }
  }

  private void whole(ResourceRecord record, boolean soa) throws IOException {
    if (soa) {
      if (!record.equals(firstSoa.orElseThrow())) {
        throw new IOException(
            "the transfer of " + origin + " ends with another SOA than it began with");
      }
      done = true;
      return;
    }
    builder.add(record);
  }

  private static long serial(ResourceRecord soa) {
    return Soa.of(soa.rdata()).serial();
  }

  private boolean isNewer() {
    return have.isEmpty() || Serial.isAfter(serial(firstSoa.orElseThrow()), have.get().serial());
  }

  private Result result() throws IOException {
    if (!isNewer()) {
      return new Result.Current();
    }
    try {
      if (mode == Mode.WHOLE) {
        return new Result.Whole(builder.build());
      }
      Zone zone = have.orElseThrow();
      for (ZoneDelta delta : deltas) {
        if (!delta.startsFrom(zone)) {
          throw new NoDifferences(
              "the differences of " + origin + " do not fit serial " + zone.serial());
        }
        zone = delta.applyTo(zone);
      }
      return new Result.Incremental(zone, List.copyOf(deltas));
    } catch (IllegalArgumentException e) {
      throw new IOException(
          "the transfer of " + origin + " does not make a zone: " + e.getMessage(), e);
    }
  }
}
