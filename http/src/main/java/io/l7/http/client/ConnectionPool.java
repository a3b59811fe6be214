package io.l7.http.client;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Idle connections by route; the one used last is given out first, so that the others can grow old.
 * Safe for all threads.
 */
final class ConnectionPool implements AutoCloseable {
  private final ClientLimits limits;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Route, Deque<ClientConnection>> idle = new HashMap<>();
  private int count;
  private boolean closed;

  ConnectionPool(ClientLimits limits) {
    this.limits = limits;
  }

  /** A connection that has been idle for less than this. */
  Optional<ClientConnection> take(Route route, Duration idleLimit) {
    lock.lock();
    try {
      Deque<ClientConnection> connections = idle.get(route);
      if (connections == null) {
        return Optional.empty();
      }
      dropOld(connections);
      ClientConnection newest = connections.peekFirst();
      if (newest == null || !newest.isUsable(idleLimit)) {
        return Optional.empty();
      }
      connections.removeFirst();
      count--;
      if (connections.isEmpty()) {
        idle.remove(route);
      }
      return Optional.of(newest);
    } finally {
      lock.unlock();
    }
  }

  void give(ClientConnection connection) {
    lock.lock();
    try {
      if (count >= limits.idleInAll()) {
        dropOld(); // of origins that nobody asks any more
      }
      Deque<ClientConnection> connections =
          idle.getOrDefault(connection.route(), new ArrayDeque<>());
      dropOld(connections);
      if (closed || connections.size() >= limits.idlePerOrigin() || count >= limits.idleInAll()) {
        connection.close();
        return;
      }
      connections.addFirst(connection);
      idle.put(connection.route(), connections);
      count++;
    } finally {
      lock.unlock();
    }
  }

  private void dropOld() {
    idle.values()
        .removeIf(
            connections -> {
              dropOld(connections);
              return connections.isEmpty();
            });
  }

  private void dropOld(Deque<ClientConnection> connections) {
    while (!connections.isEmpty() && !connections.getLast().isUsable(limits.idle())) {
      connections.removeLast().close();
      count--;
    }
  }

  /** Closes the idle connections to a host, whatever the port. */
  void drop(String host) {
    lock.lock();
    try {
      idle.entrySet()
          .removeIf(
              connections -> {
                boolean dropped = connections.getKey().origin().endpoint().host().equals(host);
                if (dropped) {
                  count -= connections.getValue().size();
                  connections.getValue().forEach(ClientConnection::close);
                }
                return dropped;
              });
    } finally {
      lock.unlock();
    }
  }

  /** To how many origins. */
  int routes() {
    lock.lock();
    try {
      return idle.size();
    } finally {
      lock.unlock();
    }
  }

  /** How many connections are idle. */
  int size() {
    lock.lock();
    try {
      return count;
    } finally {
      lock.unlock();
    }
  }

  /** Closes what is idle; what is in use closes when its exchange is over. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      idle.values().forEach(connections -> connections.forEach(ClientConnection::close));
      idle.clear();
      count = 0;
    } finally {
      lock.unlock();
    }
  }
}
