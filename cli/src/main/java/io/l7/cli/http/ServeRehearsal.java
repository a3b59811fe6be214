package io.l7.cli.http;

import io.l7.common.net.Endpoint;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PipedReader;
import java.io.PipedWriter;
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
  private static final String READY = "ready http ";

  /** Times that a crowd of clients comes: some 130,000 requests in all, two to four seconds. */
  private static final int VISITS = 10;

  private ServeRehearsal() {}

  /**
   * Serves {@code folder}, which is empty, until the process ends: the drain is to be learned too.
   *
   * @param l7 runs a command line in this process; what it says goes to the writer
   */
  public static void run(Path folder, BiConsumer<List<String>, PrintWriter> l7) throws IOException {
    Files.write(folder.resolve("page.html"), new byte[OCTETS]);
    var serve = List.of("http", "serve", folder.toString(), "--listen", "127.0.0.1:0");
    var out = new PipedWriter();
    try (var said = new BufferedReader(new PipedReader(out))) {
      Thread.ofPlatform().daemon().start(() -> l7.accept(serve, new PrintWriter(out)));
      String line = said.readLine();
      if (!line.startsWith(READY)) throw new IOException("not ready: " + line);
      var clients = new RehearsedClients(Endpoint.parse(line.substring(READY.length())));
      for (int i = 0; i < VISITS; i++) clients.visit("/page.html");
    }
  }
}
