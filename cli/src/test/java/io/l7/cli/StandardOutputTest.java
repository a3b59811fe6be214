package io.l7.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;

class StandardOutputTest {
  private static StandardOutput printedTo(String trouble) {
    var output =
        new StandardOutput(
            new OutputStream() {
              @Override
              public void write(int octet) throws IOException {
                if (!trouble.isEmpty()) throw new IOException(trouble);
              }
            });
    new PrintStream(output, true).println("a result");
    return output;
  }

  @Test
  void aFullDiskIsRememberedAndTold() {
    var output = printedTo("No space left on device");
    assertThat(output.failed()).isTrue();
    assertThat(output.complaint()).contains("standard output: No space left on device");
  }

  @Test
  void aReaderThatHasHadEnoughIsRememberedInSilence() {
    var output = printedTo("Broken pipe");
    assertThat(output.failed()).isTrue();
    assertThat(output.complaint()).isEmpty();
  }

  @Test
  void whatWasWrittenIsNoFailure() {
    assertThat(printedTo("").failed()).isFalse();
  }
}
