package io.l7.http.server;

import io.l7.common.net.Connection;
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
    inTime(() -> connection.out().write(octets, offset, length));
  }

  @Override
  public void flush() throws IOException {
    inTime(connection.out()::flush);
  }

  @Override
  public void close() throws IOException {
    flush();
  }

  @FunctionalInterface
  private interface Writing {
    void run() throws IOException;
  }

  private void inTime(Writing writing) throws IOException {
    connection.deadline(writeTime, "the client to read");
    try {
      writing.run();
    } finally {
      connection.clearDeadline();
    }
  }
}
