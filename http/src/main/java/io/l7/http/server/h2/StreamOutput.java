package io.l7.http.server.h2;

import io.l7.http.server.GatheringOutput;
import java.io.IOException;
import java.util.OptionalLong;

/** What a body writes into for a stream of HTTP/2. */
final class StreamOutput extends GatheringOutput {
  private final StreamAnswer answer;

  StreamOutput(StreamAnswer answer, OptionalLong length) {
    super(length);
    this.answer = answer;
  }

  @Override
  public void whenDraining(Runnable task) {
    answer.whenDraining(task);
  }

  @Override
  public void requireClient() throws IOException {
    answer.requireClient();
  }

  @Override
  protected void send(byte[] bytes, int offset, int size) throws IOException {
    answer.data(bytes, offset, size);
  }

  @Override
  protected void sendNow() throws IOException {
    answer.flush();
  }
}
