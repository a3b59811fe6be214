package io.l7.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class ErrorsTest {
  @Test
  void whatAPeerSaysIsOneLineThatSteersNoTerminal() {
    assertThat(Errors.line(new Failure("a@b", "550 go\r\n\taway \u001b[2J\u009b1m\u0007")))
        .isEqualTo("a@b: 550 go  away ?[2J?1m?");
    assertThat(Errors.line(new IOException("zöne: no"))).isEqualTo("zöne: no");
  }
}
