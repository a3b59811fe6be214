package io.l7.cli;

import java.io.IOException;

/** What was typed, to be read once more when a configuration file has changed. */
public interface Invocation {
  /**
   * The command with its options as they would be now.
   *
   * @throws IOException the configuration file cannot be read
   * @throws RuntimeException an option is wrong now; its message is for the user
   */
  Object readAgain() throws IOException;
}
