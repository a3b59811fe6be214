package io.l7.dns.attack;

import static io.l7.dns.attack.AttackNet.asked;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.OperatingSystemMXBean;
import io.l7.dns.dnssec.DnssecAlgorithm;
import io.l7.dns.dnssec.SigningKey;
import io.l7.dns.dnssec.Validity;
import io.l7.dns.message.Dnskey;
import io.l7.dns.message.Ds;
import io.l7.dns.message.Flag;
import io.l7.dns.message.Message;
import io.l7.dns.message.Name;
import io.l7.dns.message.Question;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RRset;
import io.l7.dns.message.Rcode;
import io.l7.dns.message.Rdata;
import io.l7.dns.message.ResourceRecord;
import io.l7.dns.message.Rrsig;
import io.l7.dns.message.Soa;
import io.l7.dns.simulation.SimulatedNet;
import io.l7.dns.simulation.SimulatedResolver;
import io.l7.dns.validator.Arithmetic;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A zone signed so that validating it costs much: KeyTrap and NSEC3 exhaustion. */
class ValidationAttackTest {
  /** As many keys of 2,048 bits as a message of 64 KiB holds. */
  private static final int MANY = 200;

  private static final Name ZONE = Name.parse("evil");
  private static final long NOW = SimulatedResolver.START.getEpochSecond();
  private static final Validity VALID = new Validity(NOW - 3600, NOW + 86_400);

  /** Processor time for one question, CVE-2023-50387's row in the table of attacks. */
  private static final Duration MOST_CPU = Duration.ofMillis(50);

  private final SigningKey trusted =
      SigningKey.generate(DnssecAlgorithm.ECDSAP256SHA256, SigningKey.Role.KSK, new SecureRandom());
  private final AtomicInteger verified = new AtomicInteger();

  /** The real arithmetic, counted. */
  private final Arithmetic counted =
      new Arithmetic() {
        @Override
        public boolean knowsAlgorithm(int algorithm) {
          return STANDARD.knowsAlgorithm(algorithm);
        }

        @Override
        public boolean knowsDigest(int digestType) {
          return STANDARD.knowsDigest(digestType);
        }

        @Override
        public boolean verifies(Dnskey key, Rrsig rrsig, RRset set) {
          verified.incrementAndGet();
          return STANDARD.verifies(key, rrsig, set);
        }

        @Override
        public boolean names(Ds ds, Name owner, Dnskey key) {
          return STANDARD.names(ds, owner, key);
        }
      };

  private RRset signed(RRset set) {
    return set.withSignatures(List.of(trusted.sign(ZONE, set, VALID).rdata()));
  }

  /** RSA keys of 2,048 bits; words shifted against each other leave the tag, a sum, as it is. */
  private static Dnskey colliding(int number) {
    ByteBuffer wire = ByteBuffer.allocate(4 + 4 + 256);
    wire.putShort((short) 256).put((byte) 3).put((byte) 8);
    wire.put((byte) 3).put((byte) 1).put((byte) 0).put((byte) 1);
    wire.putShort((short) (0x4000 + number)).putShort((short) (0x7000 - number));
    while (wire.remaining() > 2) {
      wire.putShort((short) 0x5555);
    }
    wire.putShort((short) 0x5557);
    return new Dnskey(Rdata.of(wire.array()));
  }

  private static Rdata garbage(RRType covered, int labels, int tag, int number) {
    byte[] signer = ZONE.toWire();
    ByteBuffer wire = ByteBuffer.allocate(Rrsig.FIXED_OCTETS + signer.length + 256);
    wire.putShort((short) covered.code()).put((byte) 8).put((byte) labels).putInt(3600);
    wire.putInt((int) VALID.expiration()).putInt((int) VALID.inception()).putShort((short) tag);
    wire.put(signer).putInt(number);
    return Rdata.of(wire.array());
  }

  private static Message of(Message query, Rcode rcode, List<RRset> answer, List<RRset> authority) {
    return Message.responseTo(query, rcode)
        .with(Flag.AA)
        .withSections(records(answer), records(authority), List.of());
  }

  private static List<ResourceRecord> records(List<RRset> sets) {
    return sets.stream().flatMap(set -> set.recordsWithSignatures().stream()).toList();
  }

  private AttackNet net(SimulatedNet.Server evil) {
    var net = new AttackNet(evil);
    net.resolver
        .anchors(List.of(ResourceRecord.of(ZONE, RRType.DNSKEY, 0, trusted.dnskey().rdata())))
        .arithmetic(counted);
    return net;
  }

  @Test
  void keyTrapManyKeysOfOneTagTimesManySignaturesCostLittle() {
    var keys = new ArrayList<Rdata>();
    keys.add(trusted.dnskey().rdata());
    for (int i = 0; i < MANY; i++) {
      keys.add(colliding(i).rdata());
    }
    int tag = colliding(0).keyTag();
    assertThat(colliding(MANY - 1).keyTag()).isEqualTo(tag);
    RRset keySet = signed(RRset.of(ZONE, RRType.DNSKEY, 3600, keys));
    SimulatedNet.Server evil =
        (query, transport) -> {
          Question question = query.questions().getFirst();
          if (question.type().equals(RRType.DNSKEY)) {
            return Optional.of(of(query, Rcode.NOERROR, List.of(keySet), List.of()));
          }
          var signatures = new ArrayList<Rdata>();
          for (int i = 0; i < 200; i++) {
            signatures.add(garbage(RRType.A, question.name().labels(), tag, i));
          }
          RRset set =
              RRset.of(question.name(), RRType.A, 1, List.of(Rdata.address(AttackNet.EVIL)))
                  .withSignatures(signatures);
          return Optional.of(of(query, Rcode.NOERROR, List.of(set), List.of()));
        };
    try (var net = net(evil)) {
      Duration least = leastTime(net, "key");
      assertThat(verified.get()).isPositive();
      assertThat(net.servedWithinASecond()).isEqualTo(1);
      assertThat(least).isLessThan(MOST_CPU);
    }
  }

  /** The quickest of several attacks: what one costs once the code is warm. */
  private Duration leastTime(AttackNet net, String prefix) {
    Duration least = Duration.ofDays(1);
    for (int i = 0; i < 12; i++) {
      net.bystander();
      verified.set(0);
      long start = cpuNanos();
      assertThat(net.resolver.ask(prefix + i + ".evil", RRType.A).rcode())
          .isEqualTo(Rcode.SERVFAIL);
      least = min(least, Duration.ofNanos(cpuNanos() - start));
      assertThat(verified.get()).isLessThanOrEqualTo(64 + 8);
    }
    return least;
  }

  /** Of the whole process, so that work on any thread counts and waiting for a core does not. */
  static long cpuNanos() {
    return ((OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
        .getProcessCpuTime();
  }

  private static Duration min(Duration one, Duration other) {
    return one.compareTo(other) < 0 ? one : other;
  }

  @Test
  void nsec3HashesAreCountedAndEndAtTheBudget() {
    // A hundred labels, each of which would be hashed 150 times with the longest salt.
    String deep = "a.".repeat(100) + "evil";
    byte[] salt = new byte[255];
    SimulatedNet.Server evil =
        (query, transport) -> {
          Question question = query.questions().getFirst();
          if (question.type().equals(RRType.DNSKEY)) {
            return Optional.of(
                of(
                    query,
                    Rcode.NOERROR,
                    List.of(
                        signed(
                            RRset.of(
                                ZONE, RRType.DNSKEY, 3600, List.of(trusted.dnskey().rdata())))),
                    List.of()));
          }
          var soa =
              signed(
                  RRset.of(
                      ZONE,
                      RRType.SOA,
                      60,
                      List.of(new Soa(ZONE, ZONE, 1, 1, 1, 1, 60).toRdata())));
          var sets = new ArrayList<RRset>();
          sets.add(soa);
          // Covers nothing that is asked for, so that every ancestor is tried.
          ByteBuffer data = ByteBuffer.allocate(6 + salt.length + 20);
          data.put((byte) 1).put((byte) 0).putShort((short) 150).put((byte) 255).put(salt);
          data.put((byte) 20).put(new byte[19]).put((byte) 1);
          Name owner = Name.parse("00000000000000000000000000000000.evil");
          sets.add(signed(RRset.of(owner, RRType.NSEC3, 60, List.of(Rdata.of(data.array())))));
          return Optional.of(of(query, Rcode.NXDOMAIN, List.of(), sets));
        };
    try (var net = net(evil)) {
      Duration least = Duration.ofDays(1);
      for (int i = 0; i < 12; i++) {
        net.bystander();
        long start = cpuNanos();
        assertThat(net.resolver.ask("x" + i + "." + deep, RRType.A).rcode())
            .isEqualTo(Rcode.SERVFAIL);
        least = min(least, Duration.ofNanos(cpuNanos() - start));
      }
      assertThat(net.servedWithinASecond()).isEqualTo(1);
      assertThat(least).isLessThan(MOST_CPU);
    }
  }

  @Test
  void theBudgetOutlivesARestartOfValidation() {
    var answers = new AtomicInteger();
    SimulatedNet.Server evil =
        (query, transport) -> {
          answers.incrementAndGet();
          RRset set = RRset.of(asked(query), RRType.A, 1, List.of(Rdata.address(AttackNet.EVIL)));
          return Optional.of(of(query, Rcode.NOERROR, List.of(set), List.of()));
        };
    try (var net = net(evil)) {
      assertThat(net.attack("www.evil", RRType.A).response().orElseThrow().rcode())
          .isEqualTo(Rcode.SERVFAIL);
      assertThat(answers.get()).isLessThanOrEqualTo(16);
      assertThat(net.servedWithinASecond()).isEqualTo(1);
    }
  }
}
