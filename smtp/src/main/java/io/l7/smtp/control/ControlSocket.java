package io.l7.smtp.control;

import io.l7.common.json.Json;
import io.l7.smtp.queue.QueueControl;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets the owner of a store give commands to the server that runs on it: a Unix socket of mode 0600
 * in a folder of mode 0700, one line of JSON each way.
 */
public final class ControlSocket implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(ControlSocket.class);
  private static final String NAME = "socket";

  /** A request is a command and an id. */
  private static final int MAX_REQUEST = 1024;

  private final Path path;
  private final ServerSocketChannel server;

  private ControlSocket(Path path, ServerSocketChannel server) {
    this.path = path;
    this.server = server;
  }

  /** The socket's path in the folder of a store's control. */
  static Path path(Path folder) {
    return folder.resolve(NAME);
  }

  /**
   * Opens the socket; the caller holds the store's lock, so a socket that is there is of the past.
   */
  public static ControlSocket open(Path folder, QueueControl queue) throws IOException {
    Files.createDirectories(folder);
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    var path = path(folder);
    Files.deleteIfExists(path);
    var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      server.bind(UnixDomainSocketAddress.of(path));
      Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
    } catch (IOException e) {
      server.close();
      throw e;
    }
    var socket = new ControlSocket(path, server);
    Thread.ofPlatform().name("l7-smtp-control").daemon().start(() -> socket.serve(queue));
    return socket;
  }

  private void serve(QueueControl queue) {
    while (server.isOpen()) {
      try (var client = server.accept()) {
        answer(client, queue);
      } catch (ClosedChannelException e) {
        return;
      } catch (IOException e) {
        LOG.debug("control: {}", e.toString());
      }
    }
  }

  private static void answer(SocketChannel client, QueueControl queue) throws IOException {
    var in =
        new BufferedReader(
            new InputStreamReader(Channels.newInputStream(client), StandardCharsets.UTF_8),
            MAX_REQUEST);
    var line = in.readLine();
    if (line == null) {
      return;
    }
    Json answer;
    try {
      answer = QueueCommands.answer(queue, Json.parse(line));
    } catch (IllegalArgumentException e) {
      answer = QueueCommands.error("no JSON: " + e.getMessage());
    }
    var out = ByteBuffer.wrap((answer + "\n").getBytes(StandardCharsets.UTF_8));
    while (out.hasRemaining()) {
      client.write(out);
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    Files.deleteIfExists(path);
  }
}
