package io.l7.common.transcript;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.FilterWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class JsonLinesTest {
  private static Event note(String text) {
    return new Event.Note(Instant.EPOCH, "smtp-1", text);
  }

  @Test
  void aDiskThatWasFullCostsNoLineThatComesAfter() throws IOException {
    var disk = new StringWriter();
    var full =
        new FilterWriter(disk) {
          private boolean once = true;

          @Override
          public void write(String text, int from, int count) throws IOException {
            if (once) {
              once = false;
              throw new IOException("No space left on device");
            }
            super.write(text, from, count);
          }
        };
    try (var lines = new JsonLines(full)) {
      lines.event(note("lost"));
      lines.event(note("kept"));
    }
    assertThat(disk.toString()).contains("kept").doesNotContain("lost").endsWith("}\n");
  }
}
