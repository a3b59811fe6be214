package io.l7.it.mail;

import io.l7.cli.main.Main;
import io.l7.common.net.Endpoint;
import io.l7.smtp.auth.UsersFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** {@code l7 smtp serve} of hamburger.edu, with bob and alice, as a process of its own. */
final class MailDaemon implements AutoCloseable {
  static final String BOB = "bob@hamburger.edu";
  static final String PASSWORD = "secret";

  private final Process process;
  private final Path store;
  private final Endpoint smtp;

  private MailDaemon(Process process, Path store, Endpoint smtp) {
    this.process = process;
    this.store = store;
    this.smtp = smtp;
  }

  /** Starts it on a store below {@code folder} and waits until it is ready. */
  static MailDaemon start(Path folder, String... more) throws IOException {
    return start(folder, List.of(), more);
  }

  /** Starts it under another program, such as a tracer. */
  static MailDaemon start(Path folder, List<String> under, String... more) throws IOException {
    var users = folder.resolve("users");
    if (!Files.exists(users)) {
      UsersFile.add(users, BOB, PASSWORD.toCharArray());
      UsersFile.add(users, "alice@hamburger.edu", PASSWORD.toCharArray());
    }
    var store = folder.resolve("store");
    var command = new ArrayList<>(under);
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "--enable-native-access=ALL-UNNAMED",
            "--add-exports=java.base/sun.nio.ch=ALL-UNNAMED",
            "-cp",
            System.getProperty("java.class.path"),
            Main.class.getName(),
            "smtp",
            "serve",
            "--domain",
            "hamburger.edu",
            "--store",
            store.toString(),
            "--users",
            users.toString(),
            "--listen",
            "127.0.0.1:0"));
    command.addAll(List.of(more));
    var process =
        new ProcessBuilder(command).redirectError(folder.resolve("daemon.log").toFile()).start();
    var reader = process.inputReader();
    for (var line = reader.readLine(); line != null; line = reader.readLine()) {
      if (line.startsWith("ready smtp ")) {
        return new MailDaemon(process, store, Endpoint.parse(line.substring(11)));
      }
    }
    throw new IOException("the daemon ended: " + Files.readString(folder.resolve("daemon.log")));
  }

  Endpoint smtp() {
    return smtp;
  }

  Path store() {
    return store;
  }

  long pid() {
    return process.pid();
  }

  /** Ends it at once, as a crash does. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** What a command of ours, run beside the daemon, printed and returned. */
  record Ran(int status, String out, String err) {}

  /** Runs {@code l7 ARGUMENTS} in this process, which is not the daemon's. */
  static Ran l7(String... arguments) {
    var out = new StringWriter();
    var err = new StringWriter();
    var status = Main.run(arguments, new PrintWriter(out), new PrintWriter(err));
    return new Ran(status, out.toString(), err.toString());
  }

  @Override
  public void close() throws IOException {
    var traced = process.children().toList(); // under a tracer the daemon is its child
    if (traced.isEmpty()) {
      process.destroy();
    } else {
      traced.forEach(ProcessHandle::destroy);
    }
    try {
      if (!process.waitFor(20, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException("the daemon does not end");
      }
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
