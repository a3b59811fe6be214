package io.l7.dns.attack;

import static org.assertj.core.api.Assertions.assertThat;

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
import io.l7.dns.resolver.Transport;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Messages as large as they can be, full of names that want to be compressed (CVE-2024-8508). */
class LargeAnswerTest {
  private static final Duration MOST = Duration.ofMillis(5);
  private static final int ROUNDS = 60;
  private static final Name OWNER = Name.parse("x.evil");

  /** How the names of a message are related, which decides what compression has to look at. */
  enum Names {
    /** Names of one label below one other. */
    SIBLINGS(3_300),
    /** Names of a hundred labels, each a name that a later one could end with. */
    DEEP(300),
    /** Names that have no end in common. */
    STRANGERS(2_900);

    private final int count;

    Names(int count) {
      this.count = count;
    }

    private String name(int number) {
      return switch (this) {
        case SIBLINGS -> label(number) + ".evil";
        case DEEP -> deep(number);
        case STRANGERS -> label(number) + "." + label(number + 7);
      };
    }

    private static String label(int number) {
      return Integer.toString(number + 36 * 36 * 10, 36);
    }

    List<ResourceRecord> records() {
      var records = new ArrayList<ResourceRecord>();
      for (int i = 0; i < count; i++) {
        records.add(AttackNet.record(OWNER, RRType.NS, Rdata.name(Name.parse(name(i)))));
      }
      return records;
    }
  }

  private static String deep(int number) {
    var random = new SplittableRandom(number);
    var name = new StringBuilder();
    for (int i = 0; i < 100; i++) {
      name.append((char) ('a' + random.nextInt(26))).append('.');
    }
    return name.toString();
  }

  private static Message message(Names names) {
    return Message.responseTo(Message.query(1, Question.of(OWNER, RRType.NS)), Rcode.NOERROR)
        .withSections(names.records(), List.of(), List.of());
  }

  private static Duration least(Work work) throws Exception {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < ROUNDS; i++) {
      long start = System.nanoTime();
      work.run();
      least = Math.min(least, System.nanoTime() - start);
    }
    return Duration.ofNanos(least);
  }

  private interface Work {
    void run() throws Exception;
  }

  @ParameterizedTest
  @EnumSource
  void aMessageOfSixtyKilobytesIsReadAndWrittenInFiveMilliseconds(Names names) throws Exception {
    Message message = message(names);
    byte[] wire = MessageWriter.write(message, MessageWriter.MAX_OCTETS);
    assertThat(wire.length).isBetween(35_000, 65_535);
    Message read = MessageReader.read(wire);
    assertThat(read.answer()).hasSize(message.answer().size());
    Duration writing = least(() -> MessageWriter.write(message, MessageWriter.MAX_OCTETS));
    Duration reading = least(() -> MessageReader.read(wire));
    System.out.printf(
        "%s: %d octets written in %d us, read in %d us%n",
        names, wire.length, writing.toNanos() / 1000, reading.toNanos() / 1000);
    assertThat(writing).isLessThan(MOST);
    assertThat(reading).isLessThan(MOST);
  }

  @Test
  void aServerThatGivesThemHoldsNobodyElse() {
    List<ResourceRecord> records = Names.SIBLINGS.records();
    try (var net =
        new AttackNet(
            (query, transport) -> {
              Message answer = Message.responseTo(query, Rcode.NOERROR).with(Flag.AA);
              Name asked = AttackNet.asked(query);
              return Optional.of(
                  transport == Transport.UDP
                      ? answer.with(Flag.TC)
                      : answer.withSections(
                          records.stream().map(record -> record.withOwner(asked)).toList(),
                          List.of(),
                          List.of()));
            })) {
      Duration least = Duration.ofDays(1);
      for (int i = 0; i < 12; i++) {
        net.bystander();
        long start = ValidationAttackTest.cpuNanos();
        assertThat(net.resolver.ask("x" + i + ".evil", RRType.NS).answer().getFirst().rdata())
            .hasSize(records.size());
        Duration took = Duration.ofNanos(ValidationAttackTest.cpuNanos() - start);
        least = took.compareTo(least) < 0 ? took : least;
      }
      // Two questions each, over UDP and over TCP, after one for the delegation.
      assertThat(net.sentToEvil()).isEqualTo(24);
      assertThat(least)
          .as("processor time for one such question")
          .isLessThan(MOST.multipliedBy(10));
      assertThat(net.servedWithinASecond()).isEqualTo(1);
    }
  }
}
