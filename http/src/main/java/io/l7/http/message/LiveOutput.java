package io.l7.http.message;

import java.io.IOException;

/**
 * What the output of a {@link Body.Writer} may be besides: one whose server says when it wants to
 * stop, or that the client has gone, for content that has no end of its own or has to be waited
 * for.
 */
public interface LiveOutput {
  /**
   * Runs a task, on a thread of its own, when the server wants to stop or notices that the client
   * has gone ({@link Exchange#whenGone}); at once where it does already. One task at a time: the
   * next takes the place of the one before.
   */
  void whenDraining(Runnable task);

  /**
   * Looks whether the client is still there, which over HTTP/1.1 is seen by itself only when
   * something is written. For the thread that writes, between two writes; takes a few milliseconds
   * at most.
   *
   * @throws IOException it is gone: it has closed the connection or its side of it, or does not
   *     want this answer any more
   */
  void requireClient() throws IOException;
}
