package io.l7.dns.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.l7.dns.cache.Response;
import io.l7.dns.message.MalformedMessageException;
import io.l7.dns.message.Message;
import io.l7.dns.message.MessageReader;
import io.l7.dns.message.MessageWriter;
import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RecordText;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** The whole engine, validator included, on a name server that answers with anything. */
class HostileAnswerFuzzTest {
  private static final int HEADER = 12;
  private static final String ANCHOR =
      ". 0 DNSKEY 257 3 15 l02Woi0iS8Aa25FQkUd9RMzZHJpBoRQwAQEX1SxZJA4=";

  @FuzzTest(maxDuration = "5s")
  void everyAnswerLeadsToAResponseWithinTheLimits(byte[] hostile) {
    var random = new SplittableRandom(1);
    try (var resolver = new SimulatedResolver(random, 0)) {
      resolver
          .root("192.0.2.53", 1, (query, transport) -> disguised(query, hostile))
          .anchors(List.of(RecordText.parseRecord(ANCHOR, Name.ROOT, 0)));
      Response response = resolver.ask("www.example", RRType.A);
      assertThat(response.rcode()).isNotNull();
      assertThat(resolver.net().sent()).isLessThanOrEqualTo(128);
    }
  }

  /** The octets with the id and question that make them an answer. */
  private static Optional<Message> disguised(Message query, byte[] hostile) {
    byte[] question = MessageWriter.write(query.withoutEdns());
    byte[] wire = Arrays.copyOf(question, question.length + Math.max(0, hostile.length - HEADER));
    for (int i = 2; i < Math.min(HEADER, hostile.length); i++) {
      boolean count = i == 4 || i == 5;
      wire[i] = count ? wire[i] : hostile[i];
    }
    wire[2] = (byte) (wire[2] & 0x87 | 0x80);
    if (hostile.length > HEADER) {
      System.arraycopy(hostile, HEADER, wire, question.length, hostile.length - HEADER);
    }
    try {
      return Optional.of(MessageReader.read(wire));
    } catch (MalformedMessageException e) {
      return Optional.empty();
    }
  }
}
