package io.l7.dash.pack;

import java.io.IOException;
import java.util.HashSet;
import java.util.Set;

/**
 * Programs that are run from here and are to end with who wanted them: at a signal to this process
 * nobody else would end them. Safe for all threads.
 */
public final class Children implements AutoCloseable {
  private final Set<Process> running = new HashSet<>();
  private boolean closed;

  /**
   * Starts one.
   *
   * @throws IOException it cannot be run, or all has been broken off
   */
  public Process start(ProcessBuilder program) throws IOException {
    synchronized (running) {
      if (closed) {
        throw new IOException("broken off");
      }
      running.removeIf(each -> !each.isAlive());
      Process child = program.start();
      running.add(child);
      return child;
    }
  }

  /** Ends those that run, and waits until they are gone; whoever comes later starts none. */
  @Override
  public void close() {
    synchronized (running) {
      closed = true;
      running.forEach(Process::destroyForcibly);
      running.forEach(each -> each.onExit().join());
    }
  }
}
