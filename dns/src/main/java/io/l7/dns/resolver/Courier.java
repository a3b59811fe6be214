package io.l7.dns.resolver;

import io.l7.dns.budget.ResolutionFailure;
import io.l7.dns.cache.Response;
import io.l7.dns.explain.Reason;
import io.l7.dns.explain.Trace;
import io.l7.dns.message.Edns;
import io.l7.dns.message.Flag;
import io.l7.dns.message.Message;
import io.l7.dns.message.Name;
import io.l7.dns.message.Opcode;
import io.l7.dns.message.Question;
import io.l7.dns.message.Rcode;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Carries one question to one server and reads the response: EDNS and its absence, truncation,
 * letter case, round-trip times. Safe for all threads.
 */
final class Courier {
  /** Octets taken over UDP; fits every path without fragments (DNS flag day 2020). */
  static final int UDP_SIZE = 1232;

  private static final Duration TCP_TIMEOUT = Duration.ofSeconds(3);

  /** Whether RD is set. */
  enum Recursion {
    DESIRED,
    NOT_DESIRED;

    static Recursion of(DelegationPoint point) {
      return point.isForward() ? DESIRED : NOT_DESIRED;
    }
  }

  /** What came of it. */
  sealed interface Result {
    record Read(Reading reading) implements Result {}

    record Silence() implements Result {}

    record Broken(String why) implements Result {}
  }

  private final Upstream upstream;
  private final ServerTable servers;
  private final ResolverConfig config;
  private final Clocks clocks;
  private final AtomicLong sent = new AtomicLong();

  Courier(Upstream upstream, ServerTable servers, ResolverConfig config, Clocks clocks) {
    this.upstream = upstream;
    this.servers = servers;
    this.config = config;
    this.clocks = clocks;
  }

  /** Packets sent since the start. */
  long sent() {
    return sent.get();
  }

  Result ask(
      InetAddress server,
      DelegationPoint point,
      Question question,
      Recursion recursion,
      Context context)
      throws ResolutionFailure {
    boolean edns = servers.edns(server, clocks.millis()) == ServerTable.EdnsSupport.ASSUMED;
    var transport = Transport.UDP;
    // Each turn changes something for good, so there are at most four: without EDNS, over TCP,
    // both.
    while (true) {
      Message query = query(question, recursion, point, edns);
      Transport over = transport;
      Trace part =
          context.trace.enter(
              Reason.QUERY, () -> describe(server, over, query.questions().getFirst(), point));
      context.budget.packet(clocks.millis());
      sent.incrementAndGet();
      long start = clocks.millis();
      Duration wait = timeout(server, transport, context, start);
      Exchange exchange = exchange(server, transport, query, wait);
      long now = clocks.millis();
      switch (exchange) {
        case Exchange.TimedOut() -> {
          servers.silent(server, question.type(), (int) wait.toMillis(), now);
          part.note(Reason.FAILURE, () -> "no answer within " + (now - start) + " ms");
          return new Result.Silence();
        }
        case Exchange.Failed(String why) -> {
          servers.silent(server, question.type(), (int) wait.toMillis(), now);
          part.note(Reason.FAILURE, () -> why);
          return new Result.Silence();
        }
        case Exchange.Garbled(String why) -> {
          part.note(Reason.FAILURE, () -> why);
          if (transport == Transport.TCP) {
            return new Result.Broken(why);
          }
          transport = Transport.TCP;
        }
        case Exchange.Suspicious() -> {
          part.note(Reason.POLICY, () -> "forged answers arrive: asking over TCP");
          if (transport == Transport.TCP) {
            return new Result.Broken("forged answers over TCP");
          }
          transport = Transport.TCP;
        }
        case Exchange.Answered(Message response) -> {
          if (transport == Transport.UDP) {
            // No longer than it was waited for, whatever the clock was set to meanwhile.
            servers.answered(server, (int) Math.clamp(now - start, 1L, wait.toMillis()), now);
          }
          Rcode rcode = response.rcode();
          boolean complaint =
              rcode.equals(Rcode.FORMERR)
                  || rcode.equals(Rcode.NOTIMP)
                  || rcode.equals(Rcode.BADVERS);
          if (edns && complaint && (response.edns().isEmpty() || rcode.equals(Rcode.FORMERR))) {
            // RFC 6891 §7: a server that does not know EDNS is asked without it.
            part.note(Reason.RESPONSE, () -> rcode + ": asking again without EDNS");
            servers.refusesEdns(server, now);
            edns = false;
          } else if (response.has(Flag.TC) && transport == Transport.UDP) {
            part.note(Reason.RESPONSE, () -> "truncated: asking again over TCP");
            transport = Transport.TCP;
          } else {
            return new Result.Read(
                read(LetterCase.restored(response, query, question), question, point, part));
          }
        }
      }
    }
  }

  private Exchange exchange(InetAddress server, Transport transport, Message query, Duration wait) {
    servers.sent(server);
    try {
      return upstream.exchange(server, transport, query, wait);
    } finally {
      servers.done(server);
    }
  }

  private Reading read(Message response, Question question, DelegationPoint point, Trace part) {
    var promiscuous =
        config.has(Feature.SCRUB_PROMISCUOUS)
            ? Scrubber.Promiscuous.DROPPED
            : Scrubber.Promiscuous.KEPT;
    Name bailiwick = point.zone();
    var glue =
        config.has(Feature.OUT_OF_ZONE_GLUE) ? Scrubber.Glue.ANYWHERE : Scrubber.Glue.IN_ZONE;
    Response scrubbed = new Scrubber(bailiwick, question, promiscuous, glue, part).scrub(response);
    Reading reading = Reading.of(response, scrubbed, question, point);
    part.note(
        Reason.RESPONSE,
        () ->
            response.rcode()
                + (response.flags().bits() == 0 ? "" : " " + response.flags())
                + ": "
                + reading.why()
                + " (sets: "
                + scrubbed.answer().size()
                + " answer, "
                + scrubbed.authority().size()
                + " authority, "
                + scrubbed.additional().size()
                + " additional)");
    return reading;
  }

  private Duration timeout(InetAddress server, Transport transport, Context context, long now) {
    Duration wait =
        transport == Transport.TCP
            ? TCP_TIMEOUT
            : Duration.ofMillis(servers.roundTrip(server, now).timeout());
    long left = Math.max(1, context.budget.millisLeft(now));
    return wait.toMillis() > left ? Duration.ofMillis(left) : wait;
  }

  private Message query(
      Question question, Recursion recursion, DelegationPoint point, boolean edns) {
    Name name =
        config.has(Feature.CASE_RANDOMISATION)
            ? LetterCase.randomised(question.name(), clocks.random())
            : question.name();
    Message query =
        Message.query(clocks.random().nextInt(0x10000), question.withName(name))
            .withOpcode(Opcode.QUERY);
    if (recursion == Recursion.DESIRED) {
      query = query.with(Flag.RD);
    }
    boolean dnssec = config.has(Feature.DNSSEC);
    if (dnssec && point.isForward() && !config.anchors().isEmpty()) {
      // RFC 4035 §4.9.2: a validator behind another resolver wants the data, whatever that one
      // thinks of it.
      query = query.with(Flag.CD);
    }
    if (edns) {
      Edns opt = Edns.ofSize(UDP_SIZE);
      query = query.withEdns(dnssec ? opt.withDnssecOk() : opt);
    }
    return query;
  }

  private String describe(
      InetAddress server, Transport transport, Question asked, DelegationPoint point) {
    return asked.name()
        + " "
        + asked.type()
        + " to "
        + upstream.whereabouts(server)
        + " over "
        + transport
        + " for "
        + point.zone();
  }
}
