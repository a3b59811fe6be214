package io.l7.http.server;

import io.l7.http.message.LiveOutput;
import java.io.IOException;
import java.io.OutputStream;
import java.util.OptionalLong;

/**
 * What a body writes into, whatever version of HTTP carries it: gathers small writes and keeps to a
 * declared length.
 */
public abstract class GatheringOutput extends OutputStream implements LiveOutput {
  private static final int BUFFER_BYTES = 8 << 10;

  private final OptionalLong length;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int buffered;
  private long count;

  protected GatheringOutput(OptionalLong length) {
    this.length = length;
  }

  /** Hands content over, without sending it yet. */
  protected abstract void send(byte[] bytes, int offset, int size) throws IOException;

  /** Sends what was handed over. */
  protected abstract void sendNow() throws IOException;

  /** The bytes of content written so far. */
  public final long count() {
    return count;
  }

  @Override
  public void write(int octet) throws IOException {
    write(new byte[] {(byte) octet}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int size) throws IOException {
    if (length.isPresent() && count + size > length.getAsLong()) {
      throw new IllegalStateException(
          "content over its declared length of " + length.getAsLong() + " bytes");
    }
    count += size;
    if (size > BUFFER_BYTES - buffered) {
      end();
      if (size >= BUFFER_BYTES) {
        send(bytes, offset, size);
        return;
      }
    }
    System.arraycopy(bytes, offset, buffer, buffered, size);
    buffered += size;
  }

  /** Sends what was written so far to the client. */
  @Override
  public void flush() throws IOException {
    end();
    sendNow();
  }

  /** Hands the last bytes over, without sending them yet. */
  public final void end() throws IOException {
    if (buffered > 0) {
      int size = buffered;
      buffered = 0;
      send(buffer, 0, size);
    }
  }
}
