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
}
