package io.l7.bittorrent.sim;

import io.l7.bittorrent.swarm.Block;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.Set;

/** One direction of a connection: what is queued to be sent, what is on the way, in order. */
final class Link {
  final SimPeer from;
  final SimPeer to;
  final Set<Block> uploadQueue = new LinkedHashSet<>();
  boolean open = true;
  boolean queuedAtUplink;

  /** Blocks that began to leave, and that arrived: messages keep their place among them. */
  long departed;

  long delivered;

  /** Whether the sending side told it is interested in the other. */
  boolean interested;

  private final Deque<Held> held = new ArrayDeque<>();

  private record Held(long after, Runnable message) {}

  Link(SimPeer from, SimPeer to) {
    this.from = from;
    this.to = to;
  }

  long inFlight() {
    return departed - delivered;
  }

  /** Whether nothing that was sent before is still on the way. */
  boolean ready(long after) {
    return delivered >= after && held.isEmpty();
  }

  /** A message arrived that was sent after {@code after} blocks. */
  void deliver(long after, Runnable message) {
    if (ready(after)) {
      message.run();
    } else {
      held.addLast(new Held(after, message));
    }
  }

  void blockDelivered() {
    delivered++;
    while (!held.isEmpty() && held.getFirst().after <= delivered) {
      held.removeFirst().message.run();
    }
  }
}
