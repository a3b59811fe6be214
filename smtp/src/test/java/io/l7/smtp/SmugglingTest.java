package io.l7.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.spec.Spec;
import io.l7.smtp.session.Role;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * Whatever only looks like the end of a mail is a part of it, and makes it refused: one reply, no
 * second mail.
 */
class SmugglingTest {
  @TempDir Path folder;
  private ServerFixture fixture;

  /** Ends that some program takes for an end, each with a second mail behind it. */
  static final List<String> FORMS =
      List.of(
          "\n.\n",
          "\n.\r\n",
          "\r\n.\n",
          "\r.\r",
          "\r.\r\n",
          "\r\n.\r",
          "\r\n.\r\r\n",
          "\r\r\n.\r\r\n",
          "\r\n\0.\r\n",
          "\r\n.\0\r\n",
          "\n\n.\r\n",
          "\r\n.\r\0\n");

  private static final String SECOND =
      "MAIL FROM:<evil@crepes.fr>\r\nRCPT TO:<bob@hamburger.edu>\r\nDATA\r\nsmuggled\r\n.\r\n";

  @BeforeEach
  void start() throws IOException {
    fixture = new ServerFixture(folder);
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  private void refusedOnce(Talk t) throws IOException {
    assertThat(t.reply()).startsWith("554 5.6.0 ");
    // What followed the false end was content up to the true end; what follows that is commands
    // again.
    assertThat(t.say("NOOP")).startsWith("250 ");
    assertThat(fixture.mailsBehindAFence("bob@hamburger.edu")).isEmpty();
  }

  @ParameterizedTest
  @FieldSource("FORMS")
  @Spec("RFC 5321 §2.3.8")
  void aFalseEndIsContentAndTheMailIsRefusedAtItsTrueEnd(String form) throws IOException {
    try (var t = fixture.data()) {
      t.raw("Subject: x\r\n\r\nhello" + form + SECOND);
      refusedOnce(t);
    }
  }

  @ParameterizedTest
  @FieldSource("FORMS")
  @Spec("RFC 5321 §4.1.1.4")
  void howeverItIsSplitOverSegments(String form) throws IOException {
    for (var split = 1; split < form.length(); split++) {
      try (var t = fixture.data()) {
        t.raw("Subject: x\r\n\r\nhello" + form.substring(0, split));
        t.raw(form.substring(split) + "more\r\n.\r\n");
        assertThat(t.reply()).as("split at %d", split).startsWith("554 ");
        assertThat(t.say("NOOP")).startsWith("250 ");
      }
    }
    assertThat(fixture.mailsBehindAFence("bob@hamburger.edu")).isEmpty();
  }

  @ParameterizedTest
  @FieldSource("FORMS")
  void alsoBehindTheSizeLimit(String form) throws IOException {
    try (var t = fixture.data()) {
      t.raw(("x".repeat(998) + "\r\n").repeat(1100) + form + SECOND);
      assertThat(t.reply()).matches("5(52|54) .*");
      assertThat(t.say("NOOP")).startsWith("250 ");
    }
    assertThat(fixture.mailsBehindAFence("bob@hamburger.edu")).isEmpty();
  }

  @ParameterizedTest
  @FieldSource("FORMS")
  @Spec("RFC 3030 §2")
  void inBdatTheCountAloneEndsAChunk(String form) throws IOException {
    try (var t = fixture.hello()) {
      t.say("MAIL FROM:<a@crepes.fr>");
      t.say("RCPT TO:<bob@hamburger.edu>");
      var content = "Subject: x\r\n\r\nhello" + form + SECOND;
      t.raw("BDAT " + content.length() + " LAST\r\n" + content);
      refusedOnce(t);
    }
  }

  @Test
  void aRefusedChunkIsReadAllTheSame() throws IOException {
    try (var t = fixture.hello()) {
      t.raw("BDAT " + SECOND.length() + " LAST\r\n" + SECOND);
      assertThat(t.reply()).startsWith("503 5.5.1 ");
      assertThat(t.say("NOOP")).startsWith("250 ");
    }
  }

  @ParameterizedTest
  @FieldSource("FORMS")
  void inLmtpToo(String form) throws IOException {
    try (var t = fixture.talk(Role.LMTP)) {
      t.say("LHLO crepes.fr");
      t.say("MAIL FROM:<a@crepes.fr>");
      t.say("RCPT TO:<bob@hamburger.edu>");
      t.say("DATA");
      t.raw("hello" + form + SECOND);
      refusedOnce(t);
    }
  }

  @Test
  @Spec("RFC 5321 §4.5.2")
  void dotsAreUnstuffedOnce() throws IOException {
    try (var t = fixture.data()) {
      t.raw("Subject: x\r\n\r\n..one\r\n...two\r\n.three\r\nfour.\r\n");
      assertThat(t.say(".")).startsWith("250 ");
    }
    assertThat(fixture.mails("bob@hamburger.edu", 1).getFirst())
        .endsWith("\n\n.one\n..two\nthree\nfour.\n");
  }
}
