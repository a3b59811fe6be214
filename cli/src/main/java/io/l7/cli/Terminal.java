package io.l7.cli;

import java.util.Objects;

/** Whether a person looks at the output. */
final class Terminal {
  private Terminal() {}

  static boolean present() {
    return Objects.requireNonNull(System.console()).isTerminal();
  }
}
