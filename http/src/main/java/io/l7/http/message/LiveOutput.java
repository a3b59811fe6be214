package io.l7.http.message;

/**
 * What the output of a {@link Body.Writer} may be besides: one whose server says when it wants to
 * stop, or that the client has gone, for content that has no end of its own.
 */
public interface LiveOutput {
  /**
   * Runs a task, on a thread of its own, when the server wants to stop or notices that the client
   * has gone ({@link Exchange#whenGone}); at once where it does already. One task at a time: the
   * next takes the place of the one before.
   */
  void whenDraining(Runnable task);
}
