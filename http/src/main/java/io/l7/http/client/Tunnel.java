package io.l7.http.client;

import io.l7.common.net.Connection;
import io.l7.http.message.Conversation;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;

/**
 * Bytes both ways between a client and a connection that has left HTTP, until one side ends, or
 * takes nothing for too long.
 */
class Tunnel implements Conversation {
  private static final int BUFFER = 16 * 1024;

  private final Connection upstream;
  private final Duration writeTime;
  private volatile boolean ended;

  /**
   * A tunnel to a connection.
   *
   * @param writeTime how long that may take nothing of what the client says
   */
  Tunnel(Connection upstream, Duration writeTime) {
    this.upstream = upstream;
    this.writeTime = writeTime;
  }

  @Override
  public void run(InputStream in, OutputStream out) throws IOException {
    Thread.ofVirtual().name("tunnel-" + upstream.id()).start(() -> listen(in));
    var buffer = new byte[BUFFER];
    try {
      for (int count = upstream.in().read(buffer, 0, buffer.length);
          count >= 0;
          count = upstream.in().read(buffer, 0, buffer.length)) {
        toClient(buffer, count, out);
      }
    } catch (IOException e) {
      if (!ended) {
        throw e;
      }
    } finally {
      upstream.close();
    }
  }

  private void listen(InputStream in) {
    var buffer = new byte[BUFFER];
    try {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        toUpstream(buffer, count);
      }
    } catch (IOException _) {
      // One of them is gone: so is the conversation.
    }
    end(); // a half-closed conversation is over: neither WebSocket nor others need more
  }

  /** Passes on what the upstream said. */
  void toClient(byte[] octets, int count, OutputStream client) throws IOException {
    client.write(octets, 0, count);
    client.flush();
  }

  /** Passes on what the client said. */
  void toUpstream(byte[] octets, int count) throws IOException {
    try (var _ = upstream.within(writeTime, "the tunnel's far end to read")) {
      upstream.out().write(octets, 0, count);
      upstream.out().flush();
    }
  }

  /** Lets it end by agreement. */
  final void end() {
    ended = true;
    upstream.close();
  }

  @Override
  public void close() {
    upstream.close();
  }
}
