package io.l7.bittorrent.dht;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * How a node comes into the network: asks the nodes it was told of for those near itself, and looks
 * for more from the first that answers on. Tried again while nobody is there, at growing pauses:
 * also after an outage in which all that were known fell silent. Called with the node's lock held.
 */
final class Joining {
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(5);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

  /** Nodes to join through that are remembered. */
  private static final int ENTRIES = 250;

  private final DhtNode node;
  private final Set<InetSocketAddress> entries = new LinkedHashSet<>();
  private int asking;
  private boolean looking;
  private Duration pause = FIRST_PAUSE;
  private long notBefore;

  Joining(DhtNode node) {
    this.node = node;
  }

  /** Whether searches had better wait: there is nobody to ask yet, but soon may be. */
  boolean isUnderWay() {
    return looking || asking > 0 && isAlone();
  }

  private boolean isAlone() {
    return node.table().usable(node.now()) == 0;
  }

  /** Asks these nodes, now and whenever nobody else is there. */
  void through(List<InetSocketAddress> more) {
    for (var entry : more) {
      boolean fresh =
          entries.size() < ENTRIES
              && Locality.isReachable(entry, node.limits().lowestPort())
              && entries.add(entry);
      if (fresh) {
        ask(entry);
      }
    }
  }

  /** Names of nodes are being resolved: searches had better wait. */
  void hold() {
    asking++;
  }

  /** The names are resolved, or cannot be for now. */
  void release() {
    over();
  }

  private void ask(InetSocketAddress entry) {
    asking++;
    notBefore = node.now() + pause.toNanos();
    node.inquiries()
        .ask(
            new Call.FindNode(node.table().own(), node.want()),
            entry,
            Optional.empty(),
            new Transactions.Outcome() {
              @Override
              public void answered(Krpc.Response response) {
                over();
              }

              @Override
              public void late() {}

              @Override
              public void failed() {
                over();
              }
            });
  }

  private void over() {
    asking--;
    if (asking == 0) {
      node.searches().goOn();
    }
  }

  /** The first node has answered, or the first again after nobody did: it knows others near us. */
  void found() {
    pause = FIRST_PAUSE;
    look();
  }

  private void look() {
    if (!looking) {
      looking = true;
      node.searches()
          .findNodes(
              node.table().own(),
              () -> {
                looking = false;
                node.searches().goOn();
              });
    }
  }

  /** Tries again, when it is time and nobody is there: those it was told of, and those it knew. */
  void tend(long now) {
    boolean due = isAlone() && asking == 0 && now - notBefore >= 0;
    if (due && !(entries.isEmpty() && node.table().size() == 0)) {
      pause = pause.multipliedBy(2);
      if (pause.compareTo(LONGEST_PAUSE) > 0) {
        pause = LONGEST_PAUSE;
      }
      notBefore = now + pause.toNanos();
      List.copyOf(entries).forEach(this::ask);
      if (node.table().size() > 0) {
        look();
      }
    }
  }
}
