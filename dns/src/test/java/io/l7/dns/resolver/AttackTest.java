package io.l7.dns.resolver;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.spec.Spec;
import io.l7.dns.cache.CacheLimits;
import io.l7.dns.cache.Credibility;
import io.l7.dns.cache.DnsCache;
import io.l7.dns.cache.Response;
import io.l7.dns.cache.Security;
import io.l7.dns.explain.Trace;
import io.l7.dns.message.Flag;
import io.l7.dns.message.Message;
import io.l7.dns.message.Name;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RRset;
import io.l7.dns.message.Rcode;
import io.l7.dns.message.Rdata;
import io.l7.dns.message.ResourceRecord;
import io.l7.dns.message.Soa;
import io.l7.dns.validator.Validation;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** What an attacker who owns zones can make the engine do: each test holds a cap. */
class AttackTest {
  private static final InetAddress ROOT = InetAddress.ofLiteral("192.0.2.53");
  private static final InetAddress EVIL = InetAddress.ofLiteral("192.0.2.66");
  private static final InetAddress VICTIM = InetAddress.ofLiteral("192.0.2.99");

  private final AtomicInteger toVictim = new AtomicInteger();
  private final AtomicInteger packets = new AtomicInteger();

  private record Seeded(SplittableRandom random) implements RandomGenerator {
    @Override
    public long nextLong() {
      return random.nextLong();
    }
  }

  private RecursiveEngine engine(Function<Message, Message> evil) {
    Upstream upstream =
        (server, transport, query, timeout) -> {
          packets.incrementAndGet();
          Question question = query.questions().getFirst();
          if (server.equals(VICTIM)) {
            toVictim.incrementAndGet();
            return new Exchange.Answered(nameError(query, "victim"));
          }
          return new Exchange.Answered(
              server.equals(EVIL) ? evil.apply(query) : root(query, question));
        };
    var server = new DelegationPoint.NameServer(Optional.of(Name.parse("ns.root")), List.of(ROOT));
    var hints = new DelegationPoint(Name.ROOT, List.of(server), DelegationPoint.Kind.HINTS);
    var features = EnumSet.copyOf(Feature.defaults());
    features.remove(Feature.PRIMING);
    features.remove(Feature.CASE_RANDOMISATION);
    var config = ResolverConfig.over(hints).withFeatures(features);
    return new RecursiveEngine(
        config,
        new DnsCache(CacheLimits.defaults()),
        upstream,
        new VirtualThreadTasks(),
        InstantSource.system(),
        new Seeded(new SplittableRandom(7)),
        Validation.NONE);
  }

  /** The root knows two zones: evil and victim. */
  private static Message root(Message query, Question question) {
    String zone = question.name().isSubdomainOf(Name.parse("evil")) ? "evil" : "victim";
    return referral(query, zone, "ns." + zone, zone.equals("evil") ? EVIL : VICTIM);
  }

  private static Message referral(Message query, String zone, String server, InetAddress address) {
    var ns = ResourceRecord.of(Name.parse(zone), RRType.NS, 3600, Rdata.name(Name.parse(server)));
    var glue = ResourceRecord.of(Name.parse(server), RRType.A, 3600, Rdata.address(address));
    return Message.responseTo(query, Rcode.NOERROR)
        .withSections(List.of(), List.of(ns), List.of(glue));
  }

  private static Message nameError(Message query, String zone) {
    Name apex = Name.parse(zone);
    var soa =
        ResourceRecord.of(apex, RRType.SOA, 60, new Soa(apex, apex, 1, 1, 1, 1, 60).toRdata());
    return Message.responseTo(query, Rcode.NXDOMAIN)
        .with(Flag.AA)
        .withSections(List.of(), List.of(soa), List.of());
  }

  private static Response ask(RecursiveEngine engine, String name) {
    return engine.resolve(
        Question.of(Name.parse(name), RRType.A), RecursiveEngine.Checking.ENABLED, Trace.NONE);
  }

  private static Message glueless(Message query, int servers) {
    var ns = new ArrayList<ResourceRecord>();
    Name cut = query.questions().getFirst().name();
    for (int i = 0; i < servers; i++) {
      ns.add(ResourceRecord.of(cut, RRType.NS, 3600, Rdata.name(Name.parse("n" + i + ".victim"))));
    }
    return Message.responseTo(query, Rcode.NOERROR).withSections(List.of(), ns, List.of());
  }

  @Test
  void aDelegationToManyGluelessServersHarmsTheirZoneLittle() {
    for (int servers : new int[] {60, 1500}) {
      toVictim.set(0);
      assertThat(ask(engine(query -> glueless(query, servers)), "x.evil").rcode())
          .isEqualTo(Rcode.SERVFAIL);
      assertThat(toVictim.get()).isPositive().isLessThanOrEqualTo(30);
    }
  }

  @Test
  void anEndlessChainOfAliasesEndsAtTheLimit() {
    var count = new AtomicInteger();
    RecursiveEngine engine =
        engine(
            query -> {
              Name name = query.questions().getFirst().name();
              Name next = Name.parse("c" + count.incrementAndGet() + ".evil");
              var alias = ResourceRecord.of(name, RRType.CNAME, 60, Rdata.name(next));
              return Message.responseTo(query, Rcode.NOERROR)
                  .with(Flag.AA)
                  .withSections(List.of(alias), List.of(), List.of());
            });
    assertThat(ask(engine, "c0.evil").rcode()).isEqualTo(Rcode.SERVFAIL);
    assertThat(packets.get()).isLessThanOrEqualTo(40);
  }

  @Test
  void anEndlessStaircaseOfGluelessDelegationsEndsAtTheBudget() {
    RecursiveEngine engine =
        engine(
            query -> {
              Name cut = query.questions().getFirst().name();
              var ns = new ArrayList<ResourceRecord>();
              for (int i = 0; i < 3; i++) {
                ns.add(
                    ResourceRecord.of(
                        cut,
                        RRType.NS,
                        3600,
                        Rdata.name(
                            Name.parse("ns.s" + i + "x" + (cut.hashCode() & 0xffff) + ".evil"))));
              }
              return Message.responseTo(query, Rcode.NOERROR)
                  .withSections(List.of(), ns, List.of());
            });
    Response response = ask(engine, "a.evil");
    assertThat(response.rcode()).isEqualTo(Rcode.SERVFAIL);
    assertThat(packets.get()).isLessThanOrEqualTo(200);
  }

  @Test
  void recordsOfOtherZonesBesideAnAnswerAreNotKept() {
    RecursiveEngine engine =
        engine(
            query -> {
              Name name = query.questions().getFirst().name();
              var answer = ResourceRecord.of(name, RRType.A, 60, Rdata.address(EVIL));
              var poison =
                  ResourceRecord.of(Name.parse("www.victim"), RRType.A, 86400, Rdata.address(EVIL));
              var poisonNs =
                  ResourceRecord.of(
                      Name.parse("victim"), RRType.NS, 86400, Rdata.name(Name.parse("ns.evil")));
              return Message.responseTo(query, Rcode.NOERROR)
                  .with(Flag.AA)
                  .withSections(List.of(answer, poison), List.of(poisonNs), List.of(poison));
            });
    assertThat(ask(engine, "www.evil").answer()).hasSize(1);
    assertThat(engine.cache().set(Name.parse("www.victim"), RRType.A, 0)).isEmpty();
    assertThat(engine.cache().set(Name.parse("victim"), RRType.NS, 0)).isEmpty();
    assertThat(ask(engine, "www.victim").rcode()).isEqualTo(Rcode.NXDOMAIN);
  }

  @Test
  @Spec("RFC 5452 §9")
  void aHundredClientsWithOneQuestionShareOneUpstreamQuestion() throws Exception {
    var gate = new CountDownLatch(1);
    RecursiveEngine engine =
        engine(
            query -> {
              try {
                gate.await();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
              return nameError(query, "evil");
            });
    var threads = new ArrayList<Thread>();
    var answered = new AtomicInteger();
    for (int i = 0; i < 100; i++) {
      threads.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    if (ask(engine, "popular.evil").rcode().equals(Rcode.NXDOMAIN)) {
                      answered.incrementAndGet();
                    }
                  }));
    }
    gate.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(answered).hasValue(100);
    assertThat(packets.get()).isLessThanOrEqualTo(4);
  }

  @Test
  void aDelegationIsNotKeptAliveByTheChild() {
    var cache = new DnsCache(CacheLimits.defaults());
    RRset ns =
        RRset.of(Name.parse("ghost"), RRType.NS, 100, List.of(Rdata.name(Name.parse("ns.ghost"))));
    cache.put(ns, Credibility.REFERRAL, Security.UNCHECKED, 1000);
    cache.put(ns.withTtl(86400), Credibility.AUTHORITATIVE_AUTHORITY, Security.UNCHECKED, 1090);
    assertThat(cache.set(Name.parse("ghost"), RRType.NS, 1099)).isPresent();
    assertThat(cache.set(Name.parse("ghost"), RRType.NS, 1100)).isEmpty();
  }
}
