package io.l7.dns.authority;

import io.l7.dns.message.EdnsOption;
import io.l7.dns.message.Flag;
import io.l7.dns.message.MalformedMessageException;
import io.l7.dns.message.Message;
import io.l7.dns.message.MessageReader;
import io.l7.dns.message.MessageWriter;
import io.l7.dns.message.Name;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRClass;
import io.l7.dns.message.RRType;
import io.l7.dns.message.Rcode;
import io.l7.dns.routing.ClientSubnet;
import io.l7.dns.routing.Routing;
import io.l7.dns.tsig.Keyring;
import io.l7.dns.tsig.Tsig;
import io.l7.dns.tsig.TsigSession;
import io.l7.dns.zone.LiveZone;
import io.l7.dns.zone.Zone;
import io.l7.dns.zone.ZoneStore;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Answers from the zones of a store. Safe for many threads; a question is answered without a lock.
 */
public final class ZoneAuthority implements Authority {
  private final ZoneStore zones;
  private final Services services;
  private final Keyring keys;
  private final AuthorityLimits limits;
  private final InstantSource clock;
  private final AnswerCache cache;

  /**
   * An authority over the zones of a store.
   *
   * @param services what is done with UPDATE, NOTIFY, transfers and routed answers
   * @param keys the TSIG keys that messages may be signed with
   */
  public ZoneAuthority(
      ZoneStore zones,
      Services services,
      Keyring keys,
      AuthorityLimits limits,
      InstantSource clock) {
    this.zones = zones;
    this.services = services;
    this.keys = keys;
    this.limits = limits;
    this.clock = clock;
    this.cache = new AnswerCache(zones::generation, limits);
  }

  @Override
  public boolean serves(Name name) {
    return zones.above(name).isPresent() || zones.isVacant(name);
  }

  @Override
  public int ready(byte[] query, int length, Request.Transport transport, byte[] out) {
    long plain = cache.plain(query, length, transport);
    return plain == AnswerCache.NOT_PLAIN ? 0 : cache.find(plain, query, out);
  }

  @Override
  public Outcome answer(Request request) {
    long plain = cache.plain(request.wire(), request.length(), request.transport());
    Message message;
    try {
      message = MessageReader.read(request.wire(), 0, request.length());
    } catch (MalformedMessageException e) {
      return new Outcome.NotOurs();
    }
    if (message.isResponse()) {
      return new Outcome.Silence();
    }
    if (message.questions().size() != 1
        || !message.questions().getFirst().rrclass().equals(RRClass.IN)) {
      return new Outcome.NotOurs();
    }
    return switch (message.opcode().code()) {
      case 0 -> query(message, request, plain);
      case 4 -> notify(message, request);
      case 5 -> update(message, request);
      default -> new Outcome.NotOurs();
    };
  }

  private Tsig.Check signature(Message message, Request request) {
    long now = clock.instant().getEpochSecond();
    Tsig.Check check = Tsig.check(request.wire(), request.length(), keys, now);
    // RFC 8945 §5.1: it stands once, and last
    long most = check instanceof Tsig.Check.Unsigned ? 0 : 1;
    boolean misplaced =
        message.records().filter(record -> record.type().equals(RRType.TSIG)).count() > most;
    return misplaced ? new Tsig.Check.Malformed() : check;
  }

  private Outcome query(Message query, Request request, long plain) {
    Question question = query.questions().getFirst();
    if (zones.isVacant(question.name())) {
      // RFC 1034 §4.3.5: an expired zone is not told; no other server is asked either
      return outcome(reply(query, Rcode.SERVFAIL), Optional.empty());
    }
    Optional<LiveZone> found = zones.answering(question);
    if (found.isEmpty()) {
      return new Outcome.NotOurs();
    }
    LiveZone live = found.get();
    switch (signature(query, request)) {
      case Tsig.Check.Refused refused -> {
        return refused(query, refused);
      }
      case Tsig.Check.Malformed malformed -> {
        return malformed(query);
      }
      case Tsig.Check.Valid valid -> {
        return transfer(query, request, live, Optional.of(valid))
            .orElseGet(() -> signed(query, request, live, valid.session()));
      }
      case Tsig.Check.Unsigned unsigned -> {
        var transfer = transfer(query, request, live, Optional.empty());
        if (transfer.isPresent()) {
          return transfer.get();
        }
      }
    }
    var place = new AnswerCache.Place(zones.generation(), live, live.version().number());
    Answered answered = reply(query, request, live, room(query, request));
    if (plain != AnswerCache.NOT_PLAIN && answered.isForAll) {
      cache.keep(plain, answered.wire, place);
    }
    return new Outcome.Reply(answered.wire);
  }

  /**
   * An answer.
   *
   * @param isForAll false when the next client may get another one of the same version of the zone
   */
  private record Answered(byte[] wire, boolean isForAll) {}

  private Optional<Outcome> transfer(
      Message query, Request request, LiveZone live, Optional<Tsig.Check.Valid> signature) {
    RRType type = query.questions().getFirst().type();
    if (!type.equals(RRType.AXFR) && !type.equals(RRType.IXFR)) {
      return Optional.empty();
    }
    boolean exact = live.origin().equals(query.questions().getFirst().name());
    if (!exact) {
      return Optional.of(outcome(reply(query, Rcode.NOTAUTH), signature));
    }
    return Optional.of(services.transfer(query, request, live, signature));
  }

  /** A signed answer, which has to leave room for its signature (RFC 8945 §5.3). */
  private Outcome signed(Message query, Request request, LiveZone live, TsigSession session) {
    int room = room(query, request) - session.octets();
    return signed(reply(query, request, live, room).wire, session);
  }

  private Answered reply(Message query, Request request, LiveZone live, int room) {
    if (query.edns().isPresent() && query.edns().get().version() > 0) {
      // RFC 6891 §6.1.3
      return answered(reply(query, Rcode.BADVERS), room);
    }
    Optional<EdnsOption> option = query.edns().flatMap(edns -> edns.option(ClientSubnet.CODE));
    Optional<ClientSubnet> subnet = option.flatMap(ClientSubnet::of);
    if (option.isPresent() && subnet.isEmpty()) {
      // RFC 7871 §6
      return answered(reply(query, Rcode.FORMERR), room);
    }
    var wanted = query.dnssecOk() ? Responder.Signatures.WANTED : Responder.Signatures.UNWANTED;
    Zone zone = live.zone();
    Routing routing = services.routing(zone, request, subnet);
    var sections =
        new Responder(zone, wanted, routing, limits.aliases())
            .respond(query.questions().getFirst());
    Message reply =
        reply(query, sections.rcode())
            .withSections(sections.answer(), sections.authority(), sections.additional());
    if (sections.authoritative()) {
      reply = reply.with(Flag.AA);
    }
    if (reply.edns().isPresent()) {
      reply = reply.withEdns(routing.edns(reply.edns().get()));
    }
    byte[] wire = MessageWriter.write(reply, room);
    int due = reply.additional().size() + (reply.edns().isPresent() ? 1 : 0);
    boolean glueLost = !sections.authoritative() && additional(wire) < due;
    if (glueLost) {
      wire[2] |= 2; // RFC 9471 §3: a referral without its glue is a truncated one
    }
    return new Answered(wire, !routing.hasChosen());
  }

  private static Answered answered(Message reply, int room) {
    return new Answered(MessageWriter.write(reply, room), false);
  }

  private static int additional(byte[] wire) {
    return (wire[10] & 0xff) << 8 | (wire[11] & 0xff);
  }

  private int room(Message query, Request request) {
    if (request.transport() != Request.Transport.UDP) {
      return MessageWriter.MAX_OCTETS;
    }
    return query
        .edns()
        .map(edns -> Math.clamp(edns.udpSize(), 512, limits.udpOctets()))
        .orElse(512);
  }

  private Message reply(Message query, Rcode rcode) {
    return Refusal.reply(query, rcode, limits.udpOctets());
  }

  private Outcome update(Message message, Request request) {
    Question zone = message.questions().getFirst();
    if (!zone.type().equals(RRType.SOA)) {
      return outcome(reply(message, Rcode.FORMERR), Optional.empty());
    }
    return switch (signature(message, request)) {
      case Tsig.Check.Refused refused -> refused(message, refused);
      case Tsig.Check.Malformed malformed -> malformed(message);
      case Tsig.Check.Valid valid -> update(message, zone.name(), Optional.of(valid));
      case Tsig.Check.Unsigned unsigned -> update(message, zone.name(), Optional.empty());
    };
  }

  private Outcome update(Message message, Name zone, Optional<Tsig.Check.Valid> signature) {
    if (zones.at(zone).isEmpty()) {
      // RFC 2136 §3.1.2
      return outcome(reply(message, Rcode.NOTAUTH), signature);
    }
    return (Outcome.Deferred)
        sender -> {
          Rcode outcome = services.update(zone, message, signature.map(Tsig.Check.Valid::key));
          sender.send(wire(reply(message, outcome), signature.map(Tsig.Check.Valid::session)));
        };
  }

  private Outcome notify(Message message, Request request) {
    return switch (signature(message, request)) {
      case Tsig.Check.Refused refused -> refused(message, refused);
      case Tsig.Check.Malformed malformed -> malformed(message);
      case Tsig.Check.Valid valid -> notify(message, request, Optional.of(valid));
      case Tsig.Check.Unsigned unsigned -> notify(message, request, Optional.empty());
    };
  }

  private Outcome notify(Message message, Request request, Optional<Tsig.Check.Valid> signature) {
    Name zone = message.questions().getFirst().name();
    Rcode outcome =
        services.notified(
            zone, message, request.client().getAddress(), signature.map(Tsig.Check.Valid::key));
    return outcome(reply(message, outcome).with(Flag.AA), signature);
  }

  private Outcome refused(Message message, Tsig.Check.Refused refused) {
    return signed(MessageWriter.write(reply(message, Rcode.NOTAUTH)), refused.session());
  }

  private Outcome malformed(Message message) {
    return outcome(reply(message, Rcode.FORMERR), Optional.empty());
  }

  private Outcome signed(byte[] reply, TsigSession session) {
    return new Outcome.Reply(session.sign(reply, clock.instant().getEpochSecond()));
  }

  private Outcome outcome(Message reply, Optional<Tsig.Check.Valid> signature) {
    return new Outcome.Reply(wire(reply, signature.map(Tsig.Check.Valid::session)));
  }

  private byte[] wire(Message reply, Optional<TsigSession> session) {
    byte[] plain = MessageWriter.write(reply);
    return session.map(s -> s.sign(plain, clock.instant().getEpochSecond())).orElse(plain);
  }
}
