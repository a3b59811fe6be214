package io.l7.cli;

import java.io.Console;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Whether a person looks at the output. */
final class Terminal {
  private static final Path ERRORS = Path.of("/proc/self/fd/2");

  private Terminal() {}

  // JDK 22 to 24 always gave a console; JDK 25 gives none where a stream is redirected.
  @SuppressWarnings("SystemConsoleNull")
  static boolean present() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }

  /** The same of standard error, which the console does not ask about. */
  static boolean showsErrors() {
    return present() && !elsewhere();
  }

  private static boolean elsewhere() {
    try {
      return !Files.readSymbolicLink(ERRORS).startsWith("/dev");
    } catch (IOException | UnsupportedOperationException e) {
      return false; // not a system that tells
    }
  }
}
