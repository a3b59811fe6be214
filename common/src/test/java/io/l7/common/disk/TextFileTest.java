package io.l7.common.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TextFileTest {
  private static final String TEXT = "# für Müller\r\nbob: ä\n";

  @TempDir Path folder;
  private Path file = Path.of("");

  @BeforeEach
  void nameFile() {
    file = folder.resolve("text");
  }

  @Test
  void aMarkAtTheBeginningIsPassedOver() throws IOException {
    for (var text : new String[] {TEXT, "\uFEFF" + TEXT}) {
      Files.writeString(file, text);
      assertThat(TextFile.lines(file)).containsExactly("# für Müller", "bob: ä");
      assertThat(TextFile.text(file)).isEqualTo(TEXT);
    }
  }

  @Test
  void aFolderIsNamed() {
    assertThatThrownBy(() -> TextFile.lines(folder)).hasMessageContaining(folder.toString());
    assertThatThrownBy(() -> TextFile.text(folder)).hasMessageContaining(folder.toString());
  }

  @Test
  void aLineInAnotherEncodingSpoilsNoOther() throws IOException {
    Files.writeString(file, TEXT + "eve: e\n", StandardCharsets.ISO_8859_1);
    assertThat(TextFile.lines(file)).hasSize(3).endsWith("eve: e").contains("bob: \uFFFD");
  }

  @Test
  void aTextInAnotherEncodingIsNamed() throws IOException {
    Files.writeString(file, TEXT, StandardCharsets.ISO_8859_1);
    assertThatThrownBy(() -> TextFile.text(file)).hasMessage(file + ": not UTF-8 at octet 3");
    Files.delete(file);
    assertThatThrownBy(() -> TextFile.text(file)).isInstanceOf(NoSuchFileException.class);
  }
}
