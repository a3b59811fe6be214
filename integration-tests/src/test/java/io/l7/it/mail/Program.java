package io.l7.it.mail;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * Real programs. They are looked for in the folders of PATH, in the sbin ones, and below the folder
 * that the environment's {@code L7_PEERS} names, where packages may be unpacked ({@code dpkg -x})
 * that cannot be installed beside each other.
 */
final class Program {
  private Program() {}

  /** Where a program is; the test is skipped with one line when it is nowhere. */
  static Path need(String name) {
    var unpacked = System.getenv().getOrDefault("L7_PEERS", "/nowhere");
    var folders =
        Stream.concat(
            Stream.of(System.getenv("PATH").split(File.pathSeparator, -1)),
            Stream.of("/usr/sbin", "/sbin", unpacked + "/usr/sbin", unpacked + "/usr/bin"));
    var found = folders.map(f -> Path.of(f, name)).filter(Files::isExecutable).findFirst();
    missing(found.isEmpty(), name + " is not installed");
    return found.orElseThrow();
  }

  /** Where swaks is, with the module by which it speaks TLS. */
  static Path swaksWithTls() throws Exception {
    var perl = run(Map.of(), "", need("perl"), "-MNet::SSLeay", "-e", "1");
    missing(perl.status() != 0, "swaks has no TLS here: libnet-ssleay-perl is not installed");
    return need("swaks");
  }

  /** Skips the test when something that it needs is not there. */
  static void missing(boolean isMissing, String what) {
    if (isMissing) {
      System.out.println("skipped: " + what);
    }
    Assumptions.assumeFalse(isMissing, what);
  }

  /** What a program said, both streams together. */
  record Ran(int status, String output) {}

  /** Runs a program to its end; half a minute at most. */
  static Ran run(Map<String, String> environment, String input, Object... command)
      throws IOException, InterruptedException {
    var words = new ArrayList<String>();
    for (var word : command) {
      words.add(word.toString());
    }
    var builder = new ProcessBuilder(words).redirectErrorStream(true);
    builder.environment().putAll(environment);
    var process = builder.start();
    try (var stdin = process.getOutputStream()) {
      stdin.write(input.getBytes(StandardCharsets.UTF_8));
    }
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IOException(words.getFirst() + " does not end: " + output);
    }
    return new Ran(process.exitValue(), output);
  }

  /** Starts a daemon; its output goes to a file. */
  static Process start(Path log, Path folder, List<String> command) throws IOException {
    return new ProcessBuilder(command)
        .directory(folder.toFile())
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
  }
}
