package io.l7.cli.http;

import io.l7.common.net.Endpoint;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PipedReader;
import java.io.PipedWriter;
import java.io.PrintWriter;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * A folder served by the command itself, and a file of it fetched once: what the start-up cache of
 * {@code l7 http serve} learns from. No load: a start links all classes that the training met.
 */
public final class ServeRehearsal {
  private static final int OCTETS = 1024;
  private static final String READY = "ready http ";

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
      fetch(Endpoint.parse(line.substring(READY.length())));
    }
  }

  private static void fetch(Endpoint server) throws IOException {
    var request =
        "GET /page.html HTTP/1.1\r\nHost: " + server.host() + "\r\nConnection: close\r\n\r\n";
    try (var socket = new Socket(server.host(), server.port())) {
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      var answer = socket.getInputStream().readAllBytes();
      if (answer.length < OCTETS) throw new IOException("no answer: " + answer.length + " octets");
    }
  }
}
