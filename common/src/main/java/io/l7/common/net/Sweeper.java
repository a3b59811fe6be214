package io.l7.common.net;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One platform thread that looks at every connection's deadline ten times a second: a read needs no
 * time-out of its own, which would cost a third of the throughput on virtual threads. The thread
 * lives while there are connections.
 */
final class Sweeper {
  private static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private final String name;
  private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();
  private volatile @Nullable Thread thread;
  private volatile boolean stopped;

  Sweeper(String name) {
    this.name = name;
  }

  Set<Connection> connections() {
    return connections;
  }

  void add(Connection connection) {
    connections.add(connection);
    if (thread != null) return;
    lock.lock();
    try {
      if (thread == null)
        thread = Thread.ofPlatform().daemon().name(name + "-sweeper").start(this::sweep);
    } finally {
      lock.unlock();
    }
  }

  void remove(Connection connection) {
    connections.remove(connection);
  }

  private void sweep() {
    int quiet = 0;
    while (!stopped) {
      LockSupport.parkNanos(TICK_NANOS);
      long now = System.nanoTime();
      for (var connection : connections) connection.sweep(now);
      quiet = connections.isEmpty() ? quiet + 1 : 0;
      if (quiet > 5 && retire()) return;
    }
  }

  private boolean retire() {
    lock.lock();
    try {
      if (!connections.isEmpty()) return false;
      thread = null;
      if (connections.isEmpty()) return true;
      thread = Thread.currentThread(); // one was added just before it could see that we go
      return false;
    } finally {
      lock.unlock();
    }
  }

  /** Ends the thread and waits for it: no trace of a closed server is left. */
  void stop() {
    stopped = true;
    var sweeping = thread;
    if (sweeping == null || sweeping.equals(Thread.currentThread())) return;
    LockSupport.unpark(sweeping);
    boolean interrupted = false;
    while (sweeping.isAlive()) {
      try {
        sweeping.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) Thread.currentThread().interrupt();
  }
}
