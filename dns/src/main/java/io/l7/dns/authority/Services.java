package io.l7.dns.authority;

import io.l7.dns.message.Message;
import io.l7.dns.message.MessageWriter;
import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.dns.message.Rcode;
import io.l7.dns.message.ResourceRecord;
import io.l7.dns.message.Soa;
import io.l7.dns.routing.ClientSubnet;
import io.l7.dns.routing.Router;
import io.l7.dns.routing.Routing;
import io.l7.dns.transfer.OutgoingTransfer;
import io.l7.dns.transfer.Secondary;
import io.l7.dns.tsig.Tsig;
import io.l7.dns.tsig.TsigKey;
import io.l7.dns.tsig.TsigSession;
import io.l7.dns.update.ZoneWriter;
import io.l7.dns.zone.LiveZone;
import io.l7.dns.zone.Zone;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the authority does beside answering questions: updates, transfers, notifications, routed
 * answers.
 */
public final class Services {
  private final Map<Name, ZoneWriter> writers = new ConcurrentHashMap<>();
  private final Map<Name, Secondary> secondaries = new ConcurrentHashMap<>();
  private final AccessList transfers;
  private final Router router;
  private final InstantSource clock;

  public Services(AccessList transfers, Router router, InstantSource clock) {
    this.transfers = transfers;
    this.router = router;
    this.clock = clock;
  }

  /** A server that only answers questions. */
  public static Services none(InstantSource clock) {
    return new Services(AccessList.nobody(), Router.none(), clock);
  }

  /** Lets a zone be updated. */
  public void add(ZoneWriter writer) {
    writers.put(writer.zone().origin(), writer);
  }

  /** Lets a zone be refreshed by NOTIFY. */
  public void add(Secondary secondary) {
    secondaries.put(secondary.origin(), secondary);
  }

  Routing routing(Zone zone, Request request, Optional<ClientSubnet> subnet) {
    return router.routing(zone, request.client().getAddress(), subnet);
  }

  Rcode update(Name zone, Message message, Optional<TsigKey> key) {
    ZoneWriter writer = writers.get(zone);
    return writer == null ? Rcode.REFUSED : writer.update(message, key);
  }

  Rcode notified(Name zone, Message message, InetAddress from, Optional<TsigKey> key) {
    Secondary secondary = secondaries.get(zone);
    if (secondary == null) {
      return Rcode.NOTAUTH;
    }
    return switch (secondary.notified(from, key, serial(message.answer(), zone))) {
      case TAKEN, KNOWN -> Rcode.NOERROR;
      case STRANGER -> Rcode.REFUSED; // RFC 1996 §3.10
    };
  }

  Outcome transfer(
      Message query, Request request, LiveZone live, Optional<Tsig.Check.Valid> signature) {
    Optional<TsigSession> session = signature.map(Tsig.Check.Valid::session);
    if (!transfers.allows(request.client().getAddress(), signature.map(Tsig.Check.Valid::key))) {
      return single(reply(query, Rcode.REFUSED), session);
    }
    boolean incremental = query.questions().getFirst().type().equals(RRType.IXFR);
    if (request.transport() == Request.Transport.UDP) {
      // RFC 1995 §2: over UDP the SOA alone says "come by TCP"; RFC 5936 §4.2: no AXFR over UDP
      List<ResourceRecord> soa = incremental ? live.zone().soaSet().records() : List.of();
      Rcode rcode = incremental ? Rcode.NOERROR : Rcode.FORMERR;
      return single(reply(query, rcode).withSections(soa, List.of(), List.of()), session);
    }
    Optional<Long> has = serial(query.authority(), live.origin());
    if (incremental && has.isEmpty()) {
      return single(reply(query, Rcode.FORMERR), session);
    }
    return (Outcome.Transfer)
        sender -> {
          var transfer = new OutgoingTransfer(query, session, sender::send, clock);
          if (incremental) {
            transfer.differences(live, has.orElseThrow());
          } else {
            transfer.whole(live.zone());
          }
        };
  }

  /** The serial of the first SOA of a zone; none where a stranger sent nonsense for it. */
  private static Optional<Long> serial(List<ResourceRecord> records, Name zone) {
    try {
      return records.stream()
          .filter(r -> r.type().equals(RRType.SOA) && r.owner().equals(zone))
          .findFirst()
          .map(r -> Soa.of(r.rdata()).serial());
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Message reply(Message query, Rcode rcode) {
    return Refusal.reply(query, rcode, AuthorityLimits.defaults().udpOctets());
  }

  private Outcome single(Message reply, Optional<TsigSession> session) {
    byte[] wire = MessageWriter.write(reply);
    long now = clock.instant().getEpochSecond();
    return new Outcome.Reply(session.map(s -> s.sign(wire, now)).orElse(wire));
  }
}
