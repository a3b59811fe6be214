package io.l7.cli.dash;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * SIGTERM or Ctrl-C while something is at work that can be stopped half-way: it is told to stop,
 * and the process ends when it has, with the exit status that it names. Until {@link #close}.
 */
final class StopSignal implements AutoCloseable {
  /** A second signal would not hurry it: the system has but one end for a process. */
  private static final Duration PATIENCE = Duration.ofSeconds(15);

  /** Where it did not end by itself: what is broken off is not done. */
  private static final int BROKEN_OFF = 1;

  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread hook;
  private volatile boolean come;
  private volatile int status = BROKEN_OFF;

  /**
   * @param stop called once, on a thread of its own
   */
  StopSignal(Runnable stop) {
    hook = new Thread(() -> atSignal(stop), "stop");
    Runtime.getRuntime().addShutdownHook(hook);
  }

  private void atSignal(Runnable stop) {
    come = true;
    stop.run();
    try {
      boolean _ = ended.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      // Then it ends now.
    }
    Runtime.getRuntime().halt(status);
  }

  /** Whether there was one. */
  boolean hasCome() {
    return come;
  }

  /** The work is done, or broken off in order: what was said is sent, and this is the status. */
  int ended(int with, PrintWriter out, PrintWriter err) {
    out.flush();
    err.flush();
    status = with;
    ended.countDown();
    return with;
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException _) {
      // A signal has come; its hook does the rest.
    }
  }
}
