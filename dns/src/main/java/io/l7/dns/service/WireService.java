package io.l7.dns.service;

import io.l7.common.net.AddressBits;
import io.l7.dns.authority.Authority;
import io.l7.dns.authority.Outcome;
import io.l7.dns.authority.Refusal;
import io.l7.dns.authority.Request;
import io.l7.dns.message.Edns;
import io.l7.dns.message.EdnsOption;
import io.l7.dns.message.ExtendedError;
import io.l7.dns.message.Flag;
import io.l7.dns.message.MalformedMessageException;
import io.l7.dns.message.Message;
import io.l7.dns.message.MessageReader;
import io.l7.dns.message.MessageWriter;
import io.l7.dns.message.RRType;
import io.l7.dns.message.Rcode;
import io.l7.dns.message.ResourceRecord;
import io.l7.dns.policy.PolicySet;
import io.l7.dns.service.ServiceCounters.Source;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.Arrays;
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
  private final PacketCache packets;
  private final Cookies cookies;
  private final ServiceCounters counters;
  private final ServiceLimits limits;
  private final InstantSource clock;
  private volatile Recursion recursion;

  /** The part that a reload replaces. */
  public static final class Recursion {
    private final Optional<RecursiveService> service;
    private final ServiceConfig config;

    /**
     * Makes one.
     *
     * @param service empty where only zones are served
     */
    public Recursion(Optional<RecursiveService> service, ServiceConfig config) {
      this.service = service;
      this.config = config;
    }

    /** Whether a client may have names resolved; its address as {@link AddressBits}. */
    private boolean isFor(long upper, long lower) {
      return service.isPresent()
          && switch (config.access().of(upper, lower)) {
            case ALLOWED, ALLOWED_WITH_CACHE -> true;
            case REFUSED, DROPPED -> false;
          };
    }
  }

  public WireService(
      Authority authority,
      Recursion recursion,
      PacketCache packets,
      Cookies cookies,
      ServiceCounters counters,
      ServiceLimits limits,
      InstantSource clock) {
    this.authority = authority;
    this.recursion = recursion;
    this.packets = packets;
    this.cookies = cookies;
    this.counters = counters;
    this.limits = limits;
    this.clock = clock;
  }

  /** Answers by other settings from now on; what is being worked on ends by the old ones. */
  public void reload(Recursion next) {
    recursion = next;
    packets.clear();
  }

  /** The whole answers that are ready. */
  public PacketCache packets() {
    return packets;
  }

  /** Seconds of the engine's clock. */
  long seconds() {
    return Math.floorDiv(clock.millis(), 1000L);
  }

  /**
   * Looks for a finished answer to a datagram; returns its octets in {@code out}, or 0.
   *
   * @param upper of the client's address, as {@link AddressBits}
   * @param out at least 1,232 octets and {@link Cookies#SCRATCH}
   */
  int fromCache(byte[] query, int length, long upper, long lower, byte[] out, long now) {
    int ready = authority.ready(query, length, Request.Transport.UDP, out);
    if (ready > 0) {
      offerRecursion(out, upper, lower);
      return ready;
    }
    int hit = find(query, length, upper, lower, out, now);
    int octets = PacketCache.octets(hit);
    int cookieAt = PacketCache.cookieAt(hit);
    if (cookieAt > 0) {
      int given = PlainQuery.u16(query, cookieAt - 2);
      var verdict = cookies.check(query, cookieAt, given, upper, lower, now, out, octets);
      if (verdict == Cookies.Verdict.GOOD) {
        counters.goodCookie();
      }
      cookies.make(query, cookieAt, upper, lower, now, out, octets - Cookies.OCTETS);
    }
    return octets;
  }

  /** The same for a query out of a stream, whose options may ask for more than a cookie. */
  int fromCacheForStream(byte[] query, long upper, long lower, byte[] out, long now) {
    int ready = authority.ready(query, query.length, Request.Transport.UDP, out);
    if (ready > 0) {
      offerRecursion(out, upper, lower);
      return ready;
    }
    int nameEnd = PlainQuery.nameEnd(query, query.length);
    boolean bare = nameEnd > 0 && !PlainQuery.hasOptions(query, query.length, nameEnd);
    return bare ? PacketCache.octets(find(query, query.length, upper, lower, out, now)) : 0;
  }

  private int find(byte[] query, int length, long upper, long lower, byte[] out, long now) {
    Recursion by = recursion;
    boolean sharesAnswers =
        by.isFor(upper, lower) && !by.config.policies().current().hasClient(upper, lower);
    return sharesAnswers ? packets.answer(query, length, out, now) : 0;
  }

  /**
   * Whoever may have names resolved is told so with the answers out of our zones too (RFC 1034
   * §4.3.2 step 1).
   */
  private void offerRecursion(byte[] answer, long upper, long lower) {
    if (recursion.isFor(upper, lower)) {
      answer[3] |= (byte) Flag.RA.mask();
    }
  }

  /**
   * Answers what the packet cache does not hold. What may block comes back as a deferred outcome.
   */
  public Outcome answer(Request request) {
    Outcome outcome = authority.answer(request);
    Recursion now = recursion;
    if (outcome instanceof Outcome.Reply(byte[] wire)) {
      boolean isQuery = (wire[2] & 0x78) == 0;
      if (isQuery && !TtlOffsets.isSigned(wire)) { // what is signed stays as it is
        InetAddress asker = request.client().getAddress();
        offerRecursion(wire, AddressBits.upper(asker), AddressBits.lower(asker));
      }
    }
    if (!(outcome instanceof Outcome.NotOurs)) {
      return outcome;
    }
    if (now.service.isEmpty()) {
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
    InetAddress client = request.client().getAddress();
    switch (cookie(query, client)) {
      case MALFORMED -> {
        return new Outcome.Reply(
            MessageWriter.write(
                Message.responseTo(query, Rcode.FORMERR)
                    .withEdns(
                        Edns.ofSize(now.config.udpSize())
                            .withError(
                                new ExtendedError(
                                    ExtendedError.OTHER,
                                    "a cookie of this length (RFC 7873 §5.2.2)")))));
      }
      case GOOD -> counters.goodCookie();
      case UNKNOWN -> {}
    }
    byte[] copy = Arrays.copyOf(request.wire(), request.length());
    Request.Transport transport = request.transport();
    return (Outcome.Deferred)
        sender -> {
          var trace = new PacketCount();
          PolicySet policies = now.config.policies().current();
          var asker = new RecursiveService.Asker(client, transport);
          Optional<RecursiveService.Served> served = now.service.get().serve(query, asker, trace);
          counters.resolved(trace.packets() == 0 ? Source.RECORDS : Source.UPSTREAM);
          if (served.isPresent()) {
            Message bare = served.get().message();
            Message whole = withOptions(query, bare, client, transport);
            byte[] wire = MessageWriter.write(whole, room(now, query, transport));
            boolean isForAll = served.get().reuse() == RecursiveService.Reuse.ALL;
            if (transport == Request.Transport.UDP && isForAll) {
              keep(now, copy, query, bare, wire);
            }
            if (now.config.policies().current() != policies) {
              packets.clear(); // they changed while this was kept
            }
            sender.send(wire);
          }
        };
  }

  /** Whether a query has a cookie that proves its sender's address. */
  boolean hasGoodCookie(byte[] query, int length, InetAddress client) {
    try {
      return cookie(MessageReader.read(query, 0, length), client) == Cookies.Verdict.GOOD;
    } catch (MalformedMessageException e) {
      return false;
    }
  }

  private Cookies.Verdict cookie(Message query, InetAddress client) {
    return query
        .edns()
        .flatMap(edns -> edns.option(EdnsOption.COOKIE))
        .map(option -> cookies.check(option.data(), client, seconds()))
        .orElse(Cookies.Verdict.UNKNOWN);
  }

  /** The options that concern the way from here to the client, whatever the answer. */
  private Message withOptions(
      Message query, Message answer, InetAddress client, Request.Transport transport) {
    if (query.edns().isEmpty() || answer.edns().isEmpty()) {
      return answer;
    }
    Edns asked = query.edns().get();
    Edns edns = answer.edns().get();
    Optional<EdnsOption> cookie = asked.option(EdnsOption.COOKIE);
    if (cookie.isPresent()) {
      byte[] data = cookies.answer(cookie.get().data(), client, seconds());
      edns = edns.withOption(new EdnsOption(EdnsOption.COOKIE, data));
    }
    if (transport != Request.Transport.UDP && asked.option(EdnsOption.TCP_KEEPALIVE).isPresent()) {
      // RFC 7828 §3.1: in tenths of a second
      int tenths = (int) Math.min(0xffff, limits.idle().toMillis() / 100);
      edns =
          edns.withOption(
              new EdnsOption(
                  EdnsOption.TCP_KEEPALIVE, new byte[] {(byte) (tenths >> 8), (byte) tenths}));
    }
    Message whole = answer.withEdns(edns);
    if (transport == Request.Transport.ENCRYPTED && asked.option(EdnsOption.PADDING).isPresent()) {
      whole = whole.withEdns(edns.withOption(Padding.of(MessageWriter.write(whole).length)));
    }
    return whole;
  }

  private static int room(Recursion by, Message query, Request.Transport transport) {
    if (transport != Request.Transport.UDP) {
      return MessageWriter.MAX_OCTETS;
    }
    return query
        .edns()
        .map(Edns::udpSize)
        .map(size -> Math.clamp(size, PLAIN_UDP, by.config.udpSize()))
        .orElse(PLAIN_UDP);
  }

  /** Keeps what was sent for others who ask the same, without what is this client's alone. */
  private void keep(Recursion by, byte[] query, Message parsed, Message bare, byte[] sent) {
    boolean keepable = bare.rcode().equals(Rcode.NOERROR) || bare.rcode().equals(Rcode.NXDOMAIN);
    boolean minimalAny =
        parsed.questions().stream().anyMatch(question -> question.type().equals(RRType.ANY));
    boolean truncated = (sent[2] & 0x02) != 0;
    if (!keepable || minimalAny || truncated || recursion != by) {
      return;
    }
    boolean asked = parsed.edns().filter(edns -> !edns.options().isEmpty()).isPresent();
    byte[] wire = asked ? MessageWriter.write(bare, by.config.udpSize()) : sent;
    long ttl = bare.records().mapToLong(ResourceRecord::ttl).min().orElse(0);
    packets.keep(query, query.length, wire, seconds(), ttl * FRESH_TENTHS / 10);
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

  /** An answer of twelve octets with TC set, for a client whose share is spent. */
  static byte[] truncated(byte[] query, int length) {
    var answer = Arrays.copyOf(query, Math.min(length, HEADER));
    answer[2] = (byte) (0x80 | (query[2] & 0x79) | 0x02);
    answer[3] = 0;
    Arrays.fill(answer, 4, answer.length, (byte) 0);
    return answer;
  }
}
