package io.l7.cli.main;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes an argument of what was not typed. */
class ConfigFileTest {
  private static String[] expanded(Map<String, String> environment, String... arguments)
      throws IOException {
    return ConfigFile.expand(Main.commandLine(arguments[0], arguments), arguments, environment);
  }

  @Test
  void theFileMayBeNamedByTheEnvironment(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("l7.toml");
    Files.writeString(file, "browse = true\n");
    assertThat(expanded(Map.of("L7_CONFIG", file.toString()), "http", "serve"))
        .containsExactly("http", "serve", "--browse");
    assertThat(expanded(Map.of("L7_CONFIG", file.toString()), "http", "get", "http://a"))
        .as("a client has no file")
        .containsExactly("http", "get", "http://a");
  }

  @Test
  void aVersionInTheEnvironmentIsNoQuestionForOurs() throws IOException {
    var environment = Map.of("L7_VERSION", "1.2", "L7_HELP", "me", "L7_SPA", "true");
    assertThat(expanded(environment, "http", "serve")).containsExactly("http", "serve", "--spa");
  }
}
