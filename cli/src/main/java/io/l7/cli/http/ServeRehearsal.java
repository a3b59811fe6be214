package io.l7.cli.http;

import io.l7.cli.RehearsedServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * A folder served by the command itself, and clients who come, ask and leave: what the start-up
 * cache of {@code l7 http serve} learns from, classes and what the compilers are to expect of them.
 * Little else: a start links all classes that the training met.
 */
public final class ServeRehearsal {
  private static final int OCTETS = 1024;

  /** Times that a crowd of clients comes: some 130,000 requests in all, two to four seconds. */
  private static final int VISITS = 10;

  private ServeRehearsal() {}

  /**
   * Serves {@code folder}, which is empty.
   *
   * @param l7 runs a command line in this process; what it says goes to the writer
   */
  public static void run(Path folder, BiConsumer<List<String>, PrintWriter> l7) throws IOException {
    Files.write(folder.resolve("page.html"), new byte[OCTETS]);
    var server =
        RehearsedServer.start(
            l7, List.of("http", "serve", folder.toString(), "--listen", "127.0.0.1:0"));
    var clients = new RehearsedClients(server);
    for (int i = 0; i < VISITS; i++) clients.visit("/page.html");
  }
}
