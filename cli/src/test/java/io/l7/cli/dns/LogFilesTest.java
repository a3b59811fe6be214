package io.l7.cli.dns;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two logs in one place. */
class LogFilesTest {
  private static final int LINES = 5_000;

  @TempDir private Path folder;
  private final ByteArrayOutputStream console = new ByteArrayOutputStream();

  private static void write(Writer out, String line) {
    try (out) {
      for (int i = 0; i < LINES; i++) {
        out.write(line);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void both(Writer one, Writer other) throws InterruptedException {
    var thread = Thread.ofPlatform().start(() -> write(one, "a".repeat(97) + "\n"));
    write(other, "b".repeat(41) + "\n");
    thread.join();
  }

  private static void isWhole(String text) {
    assertThat(text.lines()).hasSize(2 * LINES).allMatch(line -> line.matches("a{97}|b{41}"));
  }

  @Test
  void theLinesOfTwoLogsInOneFileStayWhole() throws Exception {
    Path file = folder.resolve("log");
    Files.writeString(file, "");
    var logs = new LogFiles(console);
    both(logs.to(file.toString()), logs.to(folder.resolve("x/../log").toString()));
    isWhole(Files.readString(file));
  }

  @Test
  void theLinesOfTwoLogsOnStandardOutputStayWholeAndItIsNotClosed() throws Exception {
    var logs = new LogFiles(console);
    both(logs.to("-"), logs.to("-"));
    isWhole(console.toString(StandardCharsets.UTF_8));
    try (var later = logs.to("-")) {
      assertThat(later).isNotNull();
    }
  }

  @Test
  void whoIsTheFirstToCloseTakesNothingFromTheOther() throws Exception {
    Path file = folder.resolve("log");
    var logs = new LogFiles(console);
    var one = logs.to(file.toString());
    try (var other = logs.to(file.toString())) {
      one.close();
      other.write("after\n");
    }
    assertThat(file).hasContent("after\n");
  }

  @Test
  void onlyAFileIsOpenedAnew() throws Exception {
    var logs = new LogFiles(console);
    assertThat(logs.reopened("-")).isEmpty();
    assertThat(logs.reopened(null)).isEmpty();
    Optional<Writer> file = logs.reopened(folder.resolve("log").toString());
    file.orElseThrow().close();
    assertThat(folder.resolve("log")).exists();
  }
}
