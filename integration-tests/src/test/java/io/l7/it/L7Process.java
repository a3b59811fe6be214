package io.l7.it;

import io.l7.common.net.Endpoint;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** {@code l7} as a process of its own, as its users start it. */
final class L7Process implements AutoCloseable {
  private static final int START_SECONDS = 60;

  private final Process process;
  private final List<String> errors = new CopyOnWriteArrayList<>();
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();
  private final Thread output;
  private final Thread complaints;

  private L7Process(Process process) {
    this.process = process;
    output = Thread.ofVirtual().start(() -> copy(process.inputReader(), lines::add));
    complaints = Thread.ofVirtual().start(() -> copy(process.errorReader(), errors::add));
  }

  static L7Process start(String... arguments) throws IOException {
    return begun(List.of(), arguments);
  }

  /** One that may have so many files and sockets open. */
  static L7Process withDescriptors(int most, String... arguments) throws IOException {
    return begun(List.of("sh", "-c", "ulimit -n " + most + " && exec \"$0\" \"$@\""), arguments);
  }

  /** One in a shell's line, where {@code l7} stands for itself and its arguments. */
  static L7Process inShell(String line, String... arguments) throws IOException {
    return begun(List.of("sh", "-c", line.replace("l7", "\"$0\" \"$@\"")), arguments);
  }

  private static L7Process begun(List<String> launcher, String... arguments) throws IOException {
    var command = new ArrayList<>(launcher);
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xmx256m",
            "-cp",
            System.getProperty("java.class.path"),
            "io.l7.cli.main.Main"));
    command.addAll(List.of(arguments));
    return new L7Process(new ProcessBuilder(command).start());
  }

  private static void copy(BufferedReader from, java.util.function.Consumer<String> to) {
    try (from) {
      from.lines().forEach(to);
    } catch (IOException | java.io.UncheckedIOException _) {
      // The process ended.
    }
  }

  /** Waits for {@code ready PROTOCOL HOST:PORT}. */
  Endpoint ready(String protocol) throws InterruptedException {
    String prefix = "ready " + protocol + " ";
    return Endpoint.parse(line(prefix).substring(prefix.length()));
  }

  /** The next line on standard output that begins so; those before it are dropped. */
  String line(String prefix) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
    while (System.nanoTime() < end) {
      boolean nothingFollows = !output.isAlive();
      String line = lines.poll(100, TimeUnit.MILLISECONDS);
      if (line != null && line.startsWith(prefix)) {
        return line;
      }
      if (line == null && nothingFollows) {
        break;
      }
    }
    throw new AssertionError("no line '" + prefix + "…'; standard error: " + errors);
  }

  /** What it said on standard error so far. */
  List<String> errors() {
    return List.copyOf(errors);
  }

  /** The processor time it has used so far. */
  Duration processorTime() {
    return process.info().totalCpuDuration().orElseThrow();
  }

  /** Sends a signal: {@code HUP}, {@code TERM}. */
  void signal(String name) throws IOException, InterruptedException {
    new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
  }

  /** Whether it runs. */
  boolean isAlive() {
    return process.isAlive();
  }

  /** Its exit status, once it has ended and all that it said has been read. */
  int status() throws InterruptedException {
    var patience = Duration.ofSeconds(START_SECONDS);
    if (!process.waitFor(patience) || !complaints.join(patience)) {
      throw new AssertionError("it does not end; standard error: " + errors);
    }
    return process.exitValue();
  }

  @Override
  public void close() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }
}
