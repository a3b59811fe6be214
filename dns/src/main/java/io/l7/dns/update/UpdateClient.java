package io.l7.dns.update;

import io.l7.common.net.Connection;
import io.l7.common.net.Dialer;
import io.l7.common.net.Endpoint;
import io.l7.dns.message.Flags;
import io.l7.dns.message.MalformedMessageException;
import io.l7.dns.message.Message;
import io.l7.dns.message.MessageReader;
import io.l7.dns.message.MessageWriter;
import io.l7.dns.message.Name;
import io.l7.dns.message.Opcode;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRClass;
import io.l7.dns.message.RRType;
import io.l7.dns.message.Rcode;
import io.l7.dns.message.Rdata;
import io.l7.dns.message.ResourceRecord;
import io.l7.dns.tsig.TsigKey;
import io.l7.dns.tsig.TsigSession;
import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Sends updates to a primary (RFC 2136 §4), over TCP, so that a lost answer is noticed and nothing
 * is sent twice.
 */
public final class UpdateClient {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final Dialer dialer;
  private final Endpoint server;
  private final Optional<TsigKey> key;
  private final InstantSource clock;
  private final RandomGenerator random;

  /**
   * A client of one server.
   *
   * @param random makes message IDs; a source that cannot be foreseen
   */
  public UpdateClient(
      Dialer dialer,
      Endpoint server,
      Optional<TsigKey> key,
      InstantSource clock,
      RandomGenerator random) {
    this.dialer = dialer;
    this.server = server;
    this.key = key;
    this.clock = clock;
    this.random = random;
  }

  /** What an update demands and changes, in the server's order; built by steps. */
  public static final class Request {
    private final Name zone;
    private final List<ResourceRecord> prerequisites = new ArrayList<>();
    private final List<ResourceRecord> changes = new ArrayList<>();

    public Request(Name zone) {
      this.zone = zone;
    }

    /** Adds a record. */
    public Request add(Name owner, RRType type, long ttl, Rdata rdata) {
      changes.add(ResourceRecord.of(owner, type, ttl, rdata));
      return this;
    }

    /** Deletes one record. */
    public Request delete(Name owner, RRType type, Rdata rdata) {
      changes.add(new ResourceRecord(owner, type, RRClass.NONE, 0, rdata));
      return this;
    }

    /** Deletes a set, or with type ANY all sets of a name. */
    public Request delete(Name owner, RRType type) {
      changes.add(new ResourceRecord(owner, type, RRClass.ANY, 0, Rdata.EMPTY));
      return this;
    }

    /** Demands that a set exists, or with type ANY that the name is in use. */
    public Request ifExists(Name owner, RRType type) {
      prerequisites.add(new ResourceRecord(owner, type, RRClass.ANY, 0, Rdata.EMPTY));
      return this;
    }

    /** Demands that a set does not exist, or with type ANY that the name is not in use. */
    public Request ifMissing(Name owner, RRType type) {
      prerequisites.add(new ResourceRecord(owner, type, RRClass.NONE, 0, Rdata.EMPTY));
      return this;
    }
  }

  /**
   * Sends an update and returns what the server says.
   *
   * @throws IOException when there is no answer, or it is not signed as it must be
   */
  public Rcode send(Request request) throws IOException {
    int id = random.nextInt(0x10000);
    byte[] wire =
        MessageWriter.write(
            new Message(
                id,
                Opcode.UPDATE,
                Rcode.NOERROR,
                Flags.NONE,
                List.of(Question.of(request.zone, RRType.SOA)),
                request.prerequisites,
                request.changes,
                List.of(),
                Optional.empty()));
    Optional<TsigSession> session = key.map(TsigSession::asking);
    byte[] signed = session.isPresent() ? session.get().sign(wire, now()) : wire;
    try (Connection connection = dialer.dial(server)) {
      connection.deadline(TIMEOUT, "the answer to an update");
      connection.out().frame16(signed, 0, signed.length);
      connection.out().flush();
      byte[] answer =
          connection
              .in()
              .frame16()
              .orElseThrow(() -> new IOException(server + " closed without an answer"));
      return rcode(answer, id, session);
    }
  }

  private Rcode rcode(byte[] answer, int id, Optional<TsigSession> session) throws IOException {
    Message message;
    try {
      message = MessageReader.read(answer);
    } catch (MalformedMessageException e) {
      throw new IOException(server + " sent a malformed answer", e);
    }
    if (message.id() != id || !message.isResponse()) {
      throw new IOException(server + " answered something else");
    }
    boolean ok = message.rcode().equals(Rcode.NOERROR);
    // RFC 8945 §5.3.2: refusals for a bad key or signature come unsigned; a yes must not
    if (ok && session.isPresent() && !session.get().accept(answer, now())) {
      throw new IOException(server + " answered without the right signature");
    }
    return message.rcode();
  }

  private long now() {
    return clock.instant().getEpochSecond();
  }
}
