package io.l7.http.message;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * What is spoken on a connection after 101 (Switching Protocols), in place of HTTP. The connection
 * closes when it returns.
 */
@FunctionalInterface
public interface Conversation extends AutoCloseable {
  /**
   * Runs on the connection's virtual thread.
   *
   * @param in from the client, with what it sent behind its request; −1 at its end
   * @param out to the client; {@link OutputStream#flush} sends
   */
  void run(InputStream in, OutputStream out) throws IOException;

  /**
   * The server wants to stop: says what is left to be said, and lets {@link #run} return soon.
   * Comes from another thread, at most once, perhaps ahead of {@code run}.
   */
  default void drain() {}

  /**
   * Releases what stands behind it, run or not: who asked for it may be gone before it begins.
   * Called at least once; never throws.
   */
  @Override
  default void close() {}
}
