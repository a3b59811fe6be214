package io.l7.http.server;

import io.l7.common.net.Connection;
import io.l7.common.net.Scope;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;

/**
 * What a conversation says to the client: one that takes nothing for too long is cut. Silence has
 * no limit here, what is spoken may know one.
 */
final class ConversationOutput extends OutputStream {
  private final Connection connection;
  private final Duration writeTime;

  ConversationOutput(Connection connection, Duration writeTime) {
    this.connection = connection;
    this.writeTime = writeTime;
  }

  @Override
  public void write(int octet) throws IOException {
    write(new byte[] {(byte) octet}, 0, 1);
  }

  @Override
  public void write(byte[] octets, int offset, int length) throws IOException {
    try (var _ = clientReads()) {
      connection.out().write(octets, offset, length);
    }
  }

  @Override
  public void flush() throws IOException {
    try (var _ = clientReads()) {
      connection.out().flush();
    }
  }

  private Scope clientReads() {
    return connection.within(writeTime, "the client to read");
  }

  @Override
  public void close() throws IOException {
    flush();
  }
}
