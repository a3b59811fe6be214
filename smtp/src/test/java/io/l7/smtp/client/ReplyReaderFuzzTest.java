package io.l7.smtp.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.l7.common.framing.WireException;
import io.l7.common.framing.WireReader;
import io.l7.common.testkit.Seeded;
import io.l7.smtp.protocol.Ehlo;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whatever a server answers, it is a reply or a fault of the wire, and breaks no line of ours. */
class ReplyReaderFuzzTest {
  private static final List<String> SEEDS =
      List.of(
          "250-x greets y\r\n250-SIZE 1\r\n250-LIMITS RCPTMAX=5\r\n250 AUTH PLAIN\r\n",
          "550 5.1.1 no\r\n",
          "354\r\n");

  @FuzzTest(maxDuration = "5s")
  void anyOctetsAreAReplyOrAFault(byte[] octets) throws IOException {
    var in = new WireReader(new ByteArrayInputStream(octets));
    try {
      while (true) {
        var reply = ReplyReader.read(in);
        assertThat(reply.code()).isBetween(200, 599);
        assertThat(reply.toString().chars()).noneMatch(c -> c == '\r' || c == '\n');
        var ehlo = Ehlo.of(reply);
        assertThat(ehlo.maxSize().orElse(0)).isNotNegative();
        assertThat(ehlo.recipientLimit().orElse(1)).isPositive();
        assertThat(ehlo.authMechanisms()).isNotNull();
      }
    } catch (WireException e) {
      assertThat(MailSender.text(e).chars()).noneMatch(c -> c < ' ' || c == 127);
    }
  }

  @Test
  void changedRepliesAreRepliesOrFaults() throws IOException {
    var random = Seeded.random("changedRepliesAreRepliesOrFaults");
    for (var round = 0; round < 20_000; round++) {
      var reply = SEEDS.get(random.nextInt(SEEDS.size())).getBytes(StandardCharsets.US_ASCII);
      for (var change = random.nextInt(4); change >= 0; change--) {
        reply[random.nextInt(reply.length)] = (byte) random.nextInt(256);
      }
      anyOctetsAreAReplyOrAFault(reply);
    }
  }
}
