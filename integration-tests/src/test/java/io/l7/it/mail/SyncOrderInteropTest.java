package io.l7.it.mail;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The kernel's own word for it: each mail is synced before its 250 is written. */
@Tag("interop")
class SyncOrderInteropTest {
  @TempDir Path folder;

  @Test
  void everyMailIsSyncedBeforeIts250() throws Exception {
    var strace = Program.need("strace");
    var python = Program.need("python3");
    var trace = folder.resolve("trace");
    var tracer =
        List.of(
            strace.toString(),
            "-f",
            "-y",
            "-ttt",
            "-T",
            "-s",
            "200000",
            "-e",
            "trace=write,pwrite64,sendto,fsync,fdatasync",
            "-o",
            trace.toString());
    try (var daemon = MailDaemon.start(folder, tracer)) {
      var clients =
          List.of(1, 2, 3, 4).stream()
              .map(i -> Thread.ofVirtual().start(() -> load(daemon)))
              .toList();
      for (var client : clients) {
        client.join();
      }
    }
    var script = root().resolve("benchmarks/sync_order.py");
    var ran = Program.run(Map.of(), "", python, script, "l7", trace);
    System.out.print(ran.output());
    assertThat(ran.output()).contains("l7: 100 replies of 250, 100 with their sync before them");
    assertThat(Files.size(trace)).isPositive();
  }

  private static Path root() {
    for (var at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      if (Files.isRegularFile(at.resolve("l7"))) {
        return at;
      }
    }
    throw new IllegalStateException("not inside the project");
  }

  private static void load(MailDaemon daemon) {
    try (var client = new MailClient(daemon.smtp())) {
      for (var i = 0; i < 25; i++) {
        assertThat(client.send(MailDaemon.BOB, "Hi", "ketchup")).startsWith("250 ");
      }
    } catch (java.io.IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }
}
