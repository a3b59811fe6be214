package io.l7.it.dns;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A program that runs beside the test, standard error joined to its output. */
final class Program implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 30;

  private final Process process;
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final List<String> seen = new ArrayList<>();

  private Program(Process process) {
    this.process = process;
    Thread.ofPlatform().daemon().name("output").start(this::read);
  }

  private void read() {
    try (var reader =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      reader.lines().forEach(lines::add);
    } catch (IOException | UncheckedIOException e) {
      lines.add("end of output: " + e);
    }
  }

  /** What a finished program left. */
  record Result(int status, String output) {}

  /** Skips the test with a plain line when a program is not installed. */
  static void needs(String... names) {
    var missing = Stream.of(names).filter(name -> !isInstalled(name)).toList();
    if (!missing.isEmpty()) {
      System.out.println("interop: not installed: " + String.join(", ", missing));
    }
    Assumptions.assumeTrue(missing.isEmpty(), () -> "not installed: " + missing);
  }

  private static boolean isInstalled(String name) {
    return Stream.of("/usr/bin", "/usr/sbin", "/usr/local/bin", "/usr/local/sbin", "/bin", "/sbin")
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, name)));
  }

  static Program start(Path folder, List<String> command) throws IOException {
    return new Program(
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .start());
  }

  /** The suite's own program, started as the launcher does. */
  static Program l7(Path folder, String... arguments) throws IOException {
    return start(folder, l7Command(arguments));
  }

  /** Our authority for the zone {@code test} of {@code folder}, on a free port, with its key. */
  static Program authority(Path folder, String... more) throws IOException {
    var arguments =
        new ArrayList<>(
            List.of(
                "dns",
                "serve",
                "--listen",
                "127.0.0.1:0",
                "--zone",
                "test=test.zone",
                "--allow-update",
                "k.key",
                "--allow-transfer",
                "k.key"));
    arguments.addAll(List.of(more));
    return l7(folder, arguments.toArray(String[]::new));
  }

  private static List<String> l7Command(String... arguments) {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                "io.l7.cli.main.Main"));
    command.addAll(List.of(arguments));
    return command;
  }

  /** Runs a program to its end. */
  static Result run(Path folder, String... command) throws IOException {
    return run(folder, List.of(command), "");
  }

  static Result runL7(Path folder, String... arguments) throws IOException {
    return run(folder, l7Command(arguments), "");
  }

  static Result run(Path folder, List<String> command, String input) throws IOException {
    var process =
        new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true).start();
    try (var to = process.outputWriter(StandardCharsets.UTF_8)) {
      to.write(input);
    }
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException(command + " did not end: " + output);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
    return new Result(process.exitValue(), output);
  }

  /** The rest of the next line that has this text in it. */
  String await(String text) throws IOException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    try {
      while (System.nanoTime() < end) {
        String line = lines.poll(100, TimeUnit.MILLISECONDS);
        if (line == null && !process.isAlive() && lines.isEmpty()) {
          break;
        }
        if (line == null) {
          continue;
        }
        seen.add(line);
        int at = line.indexOf(text);
        if (at >= 0) {
          return line.substring(at + text.length()).strip();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new AssertionError("no '" + text + "' in: " + String.join("\n", seen));
  }

  /** The port of {@code ready dns HOST:PORT}. */
  int awaitPort() throws IOException {
    String address = await("ready dns ");
    return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
  }

  /** All of its output so far. */
  String output() {
    var more = new ArrayList<String>();
    lines.drainTo(more);
    seen.addAll(more);
    return String.join("\n", seen);
  }

  /** SIGHUP. */
  void hangUp() throws IOException {
    run(Path.of("/"), "kill", "-HUP", Long.toString(process.pid()));
  }

  /** SIGKILL. */
  void kill() throws IOException {
    process.destroyForcibly();
    waitForEnd();
  }

  /** SIGTERM; returns the exit status. */
  int stop() throws IOException {
    process.destroy();
    return waitForEnd();
  }

  private int waitForEnd() throws IOException {
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException("does not end");
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    if (process.isAlive()) {
      kill();
    }
  }
}
