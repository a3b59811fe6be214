package io.l7.smtp.mailbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Numbers of mails, as IMAP will want them: given once, never changed, never given again. */
class UidListTest {
  @TempDir private Path maildir;

  @Test
  void aNumberStaysWithItsMailAndIsNotGivenAgain() throws IOException {
    assertThat(new UidList(maildir).number(List.of("a", "b")))
        .containsEntry("a", 1L)
        .containsEntry("b", 2L);
    var validity = new UidList(maildir).validity();
    assertThat(validity).isPositive();
    assertThat(new UidList(maildir).number(List.of("0", "b")))
        .as("a is gone, 0 sorts first, and neither moves b")
        .containsEntry("b", 2L)
        .containsEntry("0", 3L);
    assertThat(new UidList(maildir).number(List.of("c"))).containsEntry("c", 4L);
    assertThat(new UidList(maildir).validity()).isEqualTo(validity);
  }

  @Test
  void aLineThatACrashCutOffCostsNoOthers() throws IOException {
    new UidList(maildir).number(List.of("a", "b"));
    var file = maildir.resolve("uidlist");
    Files.writeString(file, "3\n\u0000\u0000\n", StandardOpenOption.APPEND);
    assertThat(new UidList(maildir).number(List.of("a", "b", "c")))
        .containsEntry("a", 1L)
        .containsEntry("b", 2L)
        .hasEntrySatisfying("c", number -> assertThat(number).isGreaterThan(2));
  }

  @Test
  void whatIsWrittenBehindACutOffLineIsNotLostWithIt() throws IOException {
    new UidList(maildir).number(List.of("a", "b"));
    var file = maildir.resolve("uidlist");
    Files.writeString(file, "3 unfin", StandardOpenOption.APPEND);
    var told = new UidList(maildir).number(List.of("a", "b", "c", "d"));
    assertThat(new UidList(maildir).number(List.of("a", "b", "c", "d", "e")))
        .containsAllEntriesOf(told);
  }
}
