package io.l7.cli;

import io.l7.common.net.Endpoint;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PipedReader;
import java.io.PipedWriter;
import java.io.PrintWriter;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * A server's command in this process, for the training of a start-up cache. It serves until the
 * process ends, so that its drain is learned too.
 */
public final class RehearsedServer {
  private RehearsedServer() {}

  /**
   * Starts a server and waits until it is ready.
   *
   * @param l7 runs a command line in this process; what it says goes to the writer
   * @param command of the server, with one address to listen at
   * @return where it listens
   * @throws IOException it said something else
   */
  public static Endpoint start(BiConsumer<List<String>, PrintWriter> l7, List<String> command)
      throws IOException {
    var ready = "ready " + command.getFirst() + " ";
    var out = new PipedWriter();
    try (var said = new BufferedReader(new PipedReader(out))) {
      Thread.ofPlatform().daemon().start(() -> l7.accept(command, new PrintWriter(out)));
      String line = said.readLine();
      if (line == null || !line.startsWith(ready)) throw new IOException("not ready: " + line);
      return Endpoint.parse(line.substring(ready.length()));
    }
  }
}
