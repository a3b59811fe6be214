package io.l7.dns.attack;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.dns.message.CrowdedNames;
import io.l7.dns.message.Flag;
import io.l7.dns.message.Message;
import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.dns.message.Rcode;
import io.l7.dns.message.ResourceRecord;
import io.l7.dns.resolver.Transport;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Answers as large as they can be, full of names that want to be compressed (CVE-2024-8508). */
class LargeAnswerTest {
  /** Of processor time, which waiting for a busy machine does not add to. */
  private static final Duration MOST = Duration.ofMillis(50);

  @Test
  void aServerThatGivesThemHoldsNobodyElse() {
    List<ResourceRecord> records = CrowdedNames.SIBLINGS.records();
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
      assertThat(least).as("processor time for one such question").isLessThan(MOST);
      assertThat(net.servedWithinASecond()).isEqualTo(1);
    }
  }
}
