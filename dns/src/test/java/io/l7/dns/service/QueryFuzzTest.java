package io.l7.dns.service;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.l7.common.metrics.Metrics;
import io.l7.common.net.AddressBits;
import io.l7.dns.authority.Authority;
import io.l7.dns.authority.Outcome;
import io.l7.dns.authority.Request;
import io.l7.dns.cache.CacheLimits;
import io.l7.dns.cache.DnsCache;
import io.l7.dns.message.Edns;
import io.l7.dns.message.Flag;
import io.l7.dns.message.Message;
import io.l7.dns.message.MessageReader;
import io.l7.dns.message.MessageWriter;
import io.l7.dns.message.Name;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRType;
import io.l7.dns.message.Rcode;
import io.l7.dns.message.Rdata;
import io.l7.dns.message.ResourceRecord;
import io.l7.dns.resolver.DelegationPoint;
import io.l7.dns.resolver.Exchange;
import io.l7.dns.resolver.RecursiveEngine;
import io.l7.dns.resolver.ResolverConfig;
import io.l7.dns.resolver.VirtualThreadTasks;
import io.l7.dns.validator.Validation;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Queries of any shape, octets in and octets out: an answer that can be read or silence, and the
 * packet cache says nothing else than the long way.
 */
class QueryFuzzTest {
  private static final InetSocketAddress CLIENT = new InetSocketAddress("127.0.0.1", 4711);
  private static final InetAddress SERVER = InetAddress.ofLiteral("192.0.2.53");
  private static final int OPT_TAIL = 2;

  private final WireService service = service();

  private static WireService service() {
    InstantSource clock = InstantSource.fixed(Instant.ofEpochSecond(1_800_000_000));
    var root = new DelegationPoint.NameServer(Optional.empty(), List.of(SERVER));
    var hints = new DelegationPoint(Name.ROOT, List.of(root), DelegationPoint.Kind.HINTS);
    var engine =
        new RecursiveEngine(
            ResolverConfig.over(hints),
            new DnsCache(CacheLimits.defaults()),
            QueryFuzzTest::exchange,
            new VirtualThreadTasks(),
            clock,
            new SplittableRandom(1),
            Validation.NONE);
    return new WireService(
        Authority.none(),
        new WireService.Recursion(
            Optional.of(new RecursiveService(engine, ServiceConfig.defaults())),
            ServiceConfig.defaults()),
        new PacketCache(16, 1),
        new Cookies(new byte[Cookies.SECRET_OCTETS]),
        new ServiceCounters(new Metrics()),
        ServiceLimits.defaults(),
        clock);
  }

  private static Exchange exchange(
      InetAddress server, io.l7.dns.resolver.Transport transport, Message query, Duration timeout) {
    Question question = query.questions().getFirst();
    var record = ResourceRecord.of(question.name(), RRType.A, 60, Rdata.address(SERVER));
    Message answer = Message.responseTo(query, Rcode.NOERROR).with(Flag.AA);
    return new Exchange.Answered(
        question.type().equals(RRType.A)
            ? answer.withSections(List.of(record), List.of(), List.of())
            : answer);
  }

  @FuzzTest(maxDuration = "5s")
  void anythingIsAnsweredAlikeOutOfTheCacheAndTheLongWay(byte[] input) throws Exception {
    if (input.length > 0) {
      byte[] rest = Arrays.copyOfRange(input, 1, input.length);
      check(input[0] % 2 == 0 ? rest : withOptions(rest));
    }
  }

  /** A good query whose OPT record holds these octets as options. */
  private static byte[] withOptions(byte[] options) {
    int octets = Math.min(options.length, 1000);
    Message query =
        Message.query(7, Question.of(Name.parse("www.example"), RRType.A))
            .with(Flag.RD)
            .withEdns(Edns.ofSize(1232));
    byte[] plain = MessageWriter.write(query);
    byte[] wire = Arrays.copyOf(plain, plain.length + octets);
    System.arraycopy(options, 0, wire, plain.length, octets);
    wire[plain.length - OPT_TAIL] = (byte) (octets >> 8);
    wire[plain.length - OPT_TAIL + 1] = (byte) octets;
    return wire;
  }

  private void check(byte[] query) throws Exception {
    var request = new Request(query, query.length, CLIENT, Request.Transport.UDP);
    var sent = new AtomicReference<>(new byte[0]);
    switch (service.answer(request)) {
      case Outcome.Reply(byte[] wire) -> sent.set(wire);
      case Outcome.Deferred work -> work.run(sent::set);
      case Outcome.Transfer work -> work.run(sent::set);
      case Outcome.Silence _, Outcome.NotOurs _ -> {}
    }
    byte[] slow = sent.get();
    if (slow.length > 0) {
      Message answer = MessageReader.read(slow);
      assertThat(answer.isResponse()).isTrue();
      assertThat(slow.length).isBetween(12, 1232);
      assertThat(Arrays.copyOf(slow, 2)).isEqualTo(Arrays.copyOf(query, 2));
    }
    long upper = AddressBits.upper(CLIENT.getAddress());
    long lower = AddressBits.lower(CLIENT.getAddress());
    var out = new byte[65_535];
    int octets = service.fromCache(query, query.length, upper, lower, out, service.seconds());
    if (octets > 0) {
      assertThat(Arrays.copyOf(out, octets)).as("out of the cache").isEqualTo(slow);
    }
  }
}
