package io.l7.cli;

import java.io.Console;

/** Whether a person looks at the output. */
final class Terminal {
  private Terminal() {}

  // JDK 22 to 24 always gave a console; JDK 25 gives none where a stream is redirected.
  @SuppressWarnings("SystemConsoleNull")
  static boolean present() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }
}
