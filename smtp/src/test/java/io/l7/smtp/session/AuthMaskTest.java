package io.l7.smtp.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.transcript.Event;
import io.l7.common.transcript.Transcript;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Secrets of AUTH in transcripts, however they come. */
class AuthMaskTest {
  private final StringBuilder seen = new StringBuilder();
  private final Transcript mask =
      AuthMask.over(
          new Transcript() {
            @Override
            public void event(Event event) {
              if (event instanceof Event.Spoke spoke) {
                seen.append(new String(spoke.octets(), StandardCharsets.ISO_8859_1));
              }
            }
          });

  private void say(Event.Side by, String text) {
    mask.event(
        new Event.Spoke(
            Instant.EPOCH,
            "one",
            by,
            text.getBytes(StandardCharsets.ISO_8859_1),
            Event.Cover.PLAIN));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      value = {
        "EHLO x|AUTH PLAIN AGJvYg==|QUIT ~ EHLO x|AUTH PLAIN ****|****",
        "auth  plain   AGJvYg== ~ auth  plain   ****",
        "AUTH LOGIN|Ym9i|c2VjcmV0|MAIL FROM:<a@b.c> ~ AUTH LOGIN|****|****|MAIL FROM:<a@b.c>",
        "AUTH SCRAM-SHA-256 biws ~ AUTH SCRAM-SHA-256 ****",
        "MAIL FROM:<auth@b.c>|RCPT TO:<d@e.f> ~ MAIL FROM:<auth@b.c>|RCPT TO:<d@e.f>",
        "DATA|Author|  AUTH PLAIN x ~ DATA|Author|  AUTH PLAIN x",
      })
  void whatComesInWholeLines(String said, String shown) {
    say(Event.Side.CLIENT, said.replace("|", "\r\n") + "\r\n");
    assertThat(seen).hasToString(shown.replace("|", "\r\n") + "\r\n");
  }

  @Test
  void noSplitShowsAnythingOfASecret() {
    var said = "NOOP\r\nAUTH PLAIN AGJvYgBzZWNyZXQ=\r\n";
    for (var first = 1; first < said.length(); first++) {
      for (var second = first; second < said.length(); second++) {
        seen.setLength(0);
        say(Event.Side.CLIENT, said.substring(0, first));
        say(Event.Side.CLIENT, said.substring(first, second));
        say(Event.Side.CLIENT, said.substring(second));
        assertThat(seen.toString()).doesNotContain("AGJ", "NyZXQ");
        say(Event.Side.SERVER, "535 5.7.8 no\r\n");
        assertThat(seen.toString().replace("*", ""))
            .as("split at %d and %d", first, second)
            .isEqualTo("NOOP\r\nAUTH PLAIN \r\n535 5.7.8 no\r\n");
      }
    }
  }

  @Test
  void theServersWordsAreShown() {
    say(Event.Side.CLIENT, "AUTH LOGIN\r\n");
    say(Event.Side.SERVER, "334 VXNlcm5hbWU6\r\n");
    say(Event.Side.SERVER, "235 2.7.0 ok\r\n");
    say(Event.Side.CLIENT, "QUIT\r\n");
    assertThat(seen).hasToString("AUTH LOGIN\r\n334 VXNlcm5hbWU6\r\n235 2.7.0 ok\r\nQUIT\r\n");
  }
}
