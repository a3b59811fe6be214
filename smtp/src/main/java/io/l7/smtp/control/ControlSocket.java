package io.l7.smtp.control;

import io.l7.common.json.Json;
import io.l7.smtp.queue.QueueControl;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
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

  /** What every system takes as a socket's address, in octets: sun_path has 104 to 108. */
  private static final int MAX_PATH = 100;

  private static final long PAUSE_NANOS = 50_000_000L;

  private final Path path;
  private final Path place;
  private final ServerSocketChannel server;

  private ControlSocket(Path path, Path place, ServerSocketChannel server) {
    this.path = path;
    this.place = place;
    this.server = server;
  }

  /** Where to connect to the socket of this folder. */
  static UnixDomainSocketAddress address(Path folder) throws IOException {
    var path = folder.resolve(NAME);
    return UnixDomainSocketAddress.of(Files.isSymbolicLink(path) ? path.toRealPath() : path);
  }

  /**
   * Where to make the socket: in the folder, or, where that lies too deep for a socket's address,
   * in one of our own to which a link in the folder leads.
   */
  private static Path place(Path path) throws IOException {
    if (path.toString().getBytes(StandardCharsets.UTF_8).length <= MAX_PATH) {
      return path;
    }
    var elsewhere = Files.createTempDirectory("l7-smtp").toRealPath().resolve(NAME);
    Files.createSymbolicLink(path, elsewhere);
    return elsewhere;
  }

  /**
   * Opens the socket; the caller holds the store's lock, so a socket that is there is of the past.
   */
  public static ControlSocket open(Path folder, QueueControl queue) throws IOException {
    Files.createDirectories(folder);
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    var path = folder.resolve(NAME);
    Files.deleteIfExists(path);
    var place = place(path);
    var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    try {
      server.bind(UnixDomainSocketAddress.of(place));
      Files.setPosixFilePermissions(place, PosixFilePermissions.fromString("rw-------"));
    } catch (IOException e) {
      server.close();
      throw e;
    }
    var socket = new ControlSocket(path, place, server);
    Thread.ofPlatform().name("l7-smtp-control").daemon().start(() -> socket.serve(queue));
    return socket;
  }

  private void serve(QueueControl queue) {
    while (server.isOpen()) {
      try {
        var client = server.accept();
        Thread.ofVirtual().name("l7-smtp-control-client").start(() -> serve(client, queue));
      } catch (ClosedChannelException e) {
        return;
      } catch (IOException e) {
        LOG.debug("control: {}", e.toString());
        LockSupport.parkNanos(PAUSE_NANOS); // no descriptor is left, say: it will not be otherwise
      }
    }
  }

  /** One client, who may take as long as he likes. */
  private static void serve(SocketChannel client, QueueControl queue) {
    try (client) {
      answer(client, queue);
    } catch (IOException e) {
      LOG.debug("control: {}", e.toString());
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
    var out = new BufferedWriter(Channels.newWriter(client, StandardCharsets.UTF_8));
    try {
      QueueCommands.answer(queue, Json.parse(line), out);
    } catch (IllegalArgumentException e) {
      out.write(QueueCommands.error("no JSON: " + e.getMessage()).toString());
    } catch (RuntimeException e) {
      LOG.error("control: {}", line, e);
      out.write(QueueCommands.error("our fault: " + e.getMessage()).toString());
    }
    out.write('\n');
    out.flush();
  }

  @Override
  public void close() throws IOException {
    server.close();
    Files.deleteIfExists(path);
    if (!place.equals(path)) {
      Files.deleteIfExists(place);
      Files.deleteIfExists(Objects.requireNonNull(place.getParent()));
    }
  }
}
