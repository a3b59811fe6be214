package io.l7.dns.service;

import io.l7.dns.authority.Authority;
import io.l7.dns.authority.Outcome;
import io.l7.dns.authority.Refusal;
import io.l7.dns.authority.Request;
import io.l7.dns.explain.Trace;
import io.l7.dns.message.Edns;
import io.l7.dns.message.Flag;
import io.l7.dns.message.MalformedMessageException;
import io.l7.dns.message.Message;
import io.l7.dns.message.MessageReader;
import io.l7.dns.message.MessageWriter;
import io.l7.dns.message.RRType;
import io.l7.dns.message.Rcode;
import io.l7.dns.message.ResourceRecord;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.Optional;

/**
 * Octets in, octets out: the packet cache, then the authority's zones, then recursion. Safe for all
 * threads; {@link #fromCache} allocates nothing.
 */
public final class WireService {
  private static final int HEADER = 12;
  private static final int PLAIN_UDP = 512;

  /**
   * An answer in the packet cache gets another look when this much of its life is over, so that
   * popular names are prefetched.
   */
  private static final int FRESH_TENTHS = 9;

  private final Authority authority;
  private final Optional<RecursiveService> recursion;
  private final ServiceConfig config;
  private final PacketCache packets;
  private final InstantSource clock;

  public WireService(
      Authority authority,
      Optional<RecursiveService> recursion,
      ServiceConfig config,
      PacketCache packets,
      InstantSource clock) {
    this.authority = authority;
    this.recursion = recursion;
    this.config = config;
    this.packets = packets;
    this.clock = clock;
  }

  private long now() {
    return Math.floorDiv(clock.millis(), 1000L);
  }

  /** Looks for a finished answer; returns its octets in {@code out}, or 0. */
  public int fromCache(byte[] query, int length, InetAddress client, byte[] out) {
    if (!client.isLoopbackAddress() && !isAllowed(client)) {
      return 0;
    }
    return packets.answer(query, length, out, now());
  }

  private boolean isAllowed(InetAddress client) {
    AccessList.Access access = config.access().of(client);
    return access == AccessList.Access.ALLOWED || access == AccessList.Access.ALLOWED_WITH_CACHE;
  }

  /**
   * Answers what the packet cache does not hold. What may block comes back as a deferred outcome.
   */
  public Outcome answer(Request request) {
    Outcome outcome = authority.answer(request);
    if (!(outcome instanceof Outcome.NotOurs)) {
      return outcome;
    }
    if (recursion.isEmpty()) {
      return Refusal.of(request).<Outcome>map(Outcome.Reply::new).orElseGet(Outcome.Silence::new);
    }
    Message query;
    try {
      query = MessageReader.read(request.wire(), 0, request.length());
    } catch (MalformedMessageException e) {
      return formatError(request);
    }
    if (query.isResponse()) {
      return new Outcome.Silence();
    }
    byte[] copy = java.util.Arrays.copyOf(request.wire(), request.length());
    InetAddress client = request.client().getAddress();
    Request.Transport transport = request.transport();
    return (Outcome.Deferred)
        sender -> {
          Optional<Message> answer = recursion.get().answer(query, client, Trace.NONE);
          if (answer.isPresent()) {
            sender.send(compose(copy, query, answer.get(), transport));
          }
        };
  }

  private byte[] compose(
      byte[] query, Message parsed, Message answer, Request.Transport transport) {
    if (transport == Request.Transport.STREAM) {
      return MessageWriter.write(answer, MessageWriter.MAX_OCTETS);
    }
    int room =
        parsed
            .edns()
            .map(Edns::udpSize)
            .map(size -> Math.clamp(size, PLAIN_UDP, config.udpSize()))
            .orElse(PLAIN_UDP);
    byte[] wire = MessageWriter.write(answer, room);
    boolean keepable =
        answer.rcode().equals(Rcode.NOERROR) || answer.rcode().equals(Rcode.NXDOMAIN);
    boolean minimalAny =
        parsed.questions().stream().anyMatch(question -> question.type().equals(RRType.ANY));
    if (keepable && !minimalAny && !answer.has(Flag.TC)) {
      long ttl = answer.records().mapToLong(ResourceRecord::ttl).min().orElse(0);
      packets.keep(query, query.length, wire, now(), ttl * FRESH_TENTHS / 10);
    }
    return wire;
  }

  /** RFC 1035 §4.1.1: what has a header gets FORMERR, unless it is a response. */
  private static Outcome formatError(Request request) {
    byte[] wire = request.wire();
    if (request.length() < HEADER || (wire[2] & 0x80) != 0) {
      return new Outcome.Silence();
    }
    var answer = new byte[HEADER];
    answer[0] = wire[0];
    answer[1] = wire[1];
    answer[2] = (byte) (0x80 | (wire[2] & 0x79));
    answer[3] = (byte) Rcode.FORMERR.code();
    return new Outcome.Reply(answer);
  }

  /**
   * An empty answer with TC set, for a client whose share is spent: twelve octets and the question.
   */
  public static byte[] truncated(byte[] query, int length) {
    var answer = java.util.Arrays.copyOf(query, Math.min(length, HEADER));
    answer[2] = (byte) (0x80 | (query[2] & 0x79) | 0x02);
    answer[3] = 0;
    java.util.Arrays.fill(answer, 4, answer.length, (byte) 0);
    return answer;
  }
}
