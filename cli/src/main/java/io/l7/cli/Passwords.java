package io.l7.cli;

import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/** Reads a password from the terminal without showing it, or the first line of standard input. */
public final class Passwords {
  private Passwords() {}

  /**
   * The password.
   *
   * @param prompt what the terminal shows
   * @throws Failure none was given
   */
  @SuppressWarnings("SystemConsoleNull") // JDK 25 gives none where a stream is redirected
  public static String read(String prompt) throws IOException {
    Console console = System.console();
    if (console != null && console.isTerminal()) {
      var typed = console.readPassword("%s: ", prompt);
      if (typed != null && typed.length > 0) {
        return new String(typed);
      }
      throw new Failure("password", "none was given");
    }
    var line =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
    if (line == null || line.isEmpty()) {
      throw new Failure("password", "none on standard input");
    }
    return line;
  }
}
