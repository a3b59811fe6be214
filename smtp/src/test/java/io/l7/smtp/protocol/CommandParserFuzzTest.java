package io.l7.smtp.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.l7.common.testkit.Seeded;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class CommandParserFuzzTest {
  private static final List<String> SEEDS =
      List.of(
          "MAIL FROM:<a@b.c> SIZE=1 BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=x+2By AUTH=<>",
          "RCPT TO:<\"x y\"@[IPv6:::1]> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;a+40b",
          "BDAT 17 LAST",
          "AUTH PLAIN AGEAYg==",
          "EHLO [127.0.0.1]");

  /** No line makes the parser throw, and no address that it takes can break a line. */
  @FuzzTest(maxDuration = "5s")
  void anyLineBecomesACommandOrAReply(byte[] line) {
    check(line);
  }

  @Test
  void changedCommandsBecomeCommandsOrReplies() {
    var random = Seeded.random("changedCommandsBecomeCommandsOrReplies");
    for (var round = 0; round < 50_000; round++) {
      var line = SEEDS.get(random.nextInt(SEEDS.size())).getBytes(StandardCharsets.UTF_8);
      for (var change = random.nextInt(4); change >= 0; change--) {
        line[random.nextInt(line.length)] = (byte) random.nextInt(256);
      }
      check(line);
    }
  }

  private static void check(byte[] line) {
    switch (CommandParser.parse(line)) {
      case Command.Mail(var from, var parameters) -> assertOneLine(from + " " + parameters);
      case Command.Rcpt(var to, var parameters) -> assertOneLine(to + " " + parameters);
      case Command.Invalid(var reply) -> assertThat(reply.isPermanent()).isTrue();
      default -> {}
    }
  }

  private static void assertOneLine(String text) {
    assertThat(text.chars()).noneMatch(c -> c < 32 || c == 0x85 || c == 0x2028 || c == 0x2029);
  }
}
