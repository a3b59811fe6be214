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
final class Tunnel implements Conversation {
  private static final int BUFFER = 16 * 1024;

  private final Connection upstream;
  private final Duration writeTime;

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
    Thread up =
        Thread.ofVirtual()
            .name("tunnel-" + upstream.id())
            .start(
                () -> {
                  try {
                    copyUp(in);
                  } catch (IOException _) {
                    upstream.close(); // the client is gone: so is the conversation
                  }
                });
    try {
      var buffer = new byte[BUFFER];
      while (true) {
        int count = upstream.in().read(buffer, 0, buffer.length);
        if (count < 0) {
          return;
        }
        out.write(buffer, 0, count);
        out.flush();
      }
    } finally {
      upstream.close();
      up.interrupt();
    }
  }

  private void copyUp(InputStream in) throws IOException {
    var buffer = new byte[BUFFER];
    for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
      upstream.deadline(writeTime, "the tunnel's far end to read");
      upstream.out().write(buffer, 0, count);
      upstream.out().flush();
      upstream.clearDeadline();
    }
    upstream.close(); // a half-closed conversation is over: neither WebSocket nor others need more
  }

  @Override
  public void close() {
    upstream.close();
  }
}
