package io.l7.bittorrent.peer;

import io.l7.common.net.Connection;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Where connections from outside wait until they have said who they are. When there are too many,
 * in all or from one address, the one that has waited longest gives way: a peer says hello within a
 * round trip, and whoever says nothing must not keep the next one out. Safe for all threads.
 */
final class Lobby {
  private final PeerLimits limits;
  private final List<Connection> waiting = new ArrayList<>();
  private int seated;

  Lobby(PeerLimits limits) {
    this.limits = limits;
  }

  /** A connection has come. */
  void enter(Connection connection) {
    var address = connection.peer().getAddress();
    Connection out = null;
    synchronized (this) {
      var neighbours = waiting.stream().filter(c -> c.peer().getAddress().equals(address)).toList();
      if (neighbours.size() >= limits.perAddress()) {
        out = neighbours.getFirst();
      } else if (waiting.size() >= limits.handshakes()) {
        out = waiting.getFirst();
      }
      waiting.remove(out);
      waiting.add(connection);
    }
    if (out != null) {
      out.close();
    }
  }

  /**
   * Whether there is a place for one that has said who it is; given back by {@link #rise}.
   *
   * @param dismissal sends somebody else away, if it can; whose place is then taken at once
   */
  boolean sit(BooleanSupplier dismissal) {
    synchronized (this) {
      if (seated < limits.connections()) {
        seated++;
        return true;
      }
    }
    if (!dismissal.getAsBoolean()) {
      return false;
    }
    synchronized (this) {
      seated++;
      return true;
    }
  }

  /** A connection that had a place is over. */
  synchronized void rise() {
    seated--;
  }

  /** A connection has said who it is, or has gone. */
  synchronized void leave(Connection connection) {
    waiting.remove(connection);
  }

  /** How many wait. */
  synchronized int waiting() {
    return waiting.size();
  }
}
