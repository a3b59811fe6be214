package io.l7.http.server.h2;

import io.l7.common.net.Scope;
import java.util.ArrayList;
import java.util.List;

/** Who wants to know that the client of one stream has gone. Safe for all threads. */
final class Departure {
  private final String connection;
  private final int stream;
  private final Runnable silence;
  private final List<Runnable> tasks = new ArrayList<>(0);
  private boolean known;

  /**
   * @param silence waits until the stream's thread says nothing to the client: what a task does to
   *     that thread must not meet a write, which would end the connection of all
   */
  Departure(String connection, int stream, Runnable silence) {
    this.connection = connection;
    this.stream = stream;
    this.silence = silence;
  }

  /** Runs a task when the client has gone, at once where it has. */
  Scope await(Runnable task) {
    Runnable own = () -> task.run(); // the same task may wait twice
    synchronized (this) {
      if (!known) {
        tasks.add(own);
        return () -> forget(own);
      }
    }
    start(own);
    return () -> {};
  }

  private synchronized void forget(Runnable task) {
    tasks.remove(task);
  }

  /** The client has gone. */
  void happen() {
    List<Runnable> all;
    synchronized (this) {
      known = true;
      all = List.copyOf(tasks);
      tasks.clear();
    }
    all.forEach(this::start);
  }

  private void start(Runnable task) {
    Thread.ofVirtual()
        .name("gone-" + connection + "/" + stream)
        .start(
            () -> {
              silence.run();
              task.run();
            });
  }
}
