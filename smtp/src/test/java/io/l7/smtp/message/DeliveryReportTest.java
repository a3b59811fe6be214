package io.l7.smtp.message;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.spec.Spec;
import io.l7.smtp.address.Mailbox;
import io.l7.smtp.message.DeliveryReport.About;
import io.l7.smtp.message.DeliveryReport.Action;
import io.l7.smtp.message.DeliveryReport.Charset;
import io.l7.smtp.message.DeliveryReport.OriginalPart;
import io.l7.smtp.protocol.EnhancedStatus;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeliveryReportTest {
  @Test
  @Spec("RFC 5322 §2.1.1")
  void noLineIsTooLongWhateverAServerSaidInWhateverScript() {
    for (var said : List.of("x", "ü", "番", "🍅")) {
      var about =
          new About(
              Mailbox.of("carol@far.example"),
              Optional.empty(),
              Action.FAILED,
              EnhancedStatus.of("5.1.1"),
              Optional.of("mx.far.example:25"),
              Optional.of("550 5.1.1 " + said.repeat(2_000)),
              Optional.empty());
      var report =
          new DeliveryReport(
                  "hamburger.edu",
                  Mailbox.of("bob@hamburger.edu"),
                  new MailId(1),
                  new MailId(2),
                  Optional.empty(),
                  Instant.EPOCH,
                  Instant.EPOCH,
                  List.of(about),
                  "Subject: Hi\r\n\r\n".getBytes(StandardCharsets.US_ASCII),
                  OriginalPart.HEADER,
                  Charset.UTF_8)
              .compose();
      var text = new String(report, StandardCharsets.UTF_8);
      assertThat(text).contains("Diagnostic-Code: smtp; 550 5.1.1 " + said);
      assertThat(text.split("\r\n", -1))
          .allSatisfy(
              line -> assertThat(line.getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(999));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "mx.far.example:25, mx.far.example",
    "192.0.2.1:2525, [192.0.2.1]",
    "[2001:db8::1]:25, [IPv6:2001:db8::1]"
  })
  @Spec({"RFC 3464 §2.1.2", "RFC 3464 §2.3.1"})
  void programsCanReadWhoSpokeAndOfWhom(String server, String name) {
    var about =
        new About(
            Mailbox.of("carol@far.example"),
            Optional.of("rfc822;\"a;b\"@far.example"),
            Action.FAILED,
            EnhancedStatus.of("5.1.1"),
            Optional.of(server),
            Optional.empty(),
            Optional.empty());
    var report =
        new DeliveryReport(
                "hamburger.edu",
                Mailbox.of("bob@hamburger.edu"),
                new MailId(1),
                new MailId(2),
                Optional.empty(),
                Instant.EPOCH,
                Instant.EPOCH,
                List.of(about),
                new byte[0],
                OriginalPart.HEADER,
                Charset.ASCII)
            .compose();
    assertThat(new String(report, StandardCharsets.US_ASCII))
        .contains("\r\nRemote-MTA: dns; " + name + "\r\n")
        .contains("\r\nOriginal-Recipient: rfc822; \"a;b\"@far.example\r\n");
  }
}
