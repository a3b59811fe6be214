package io.l7.common.net;

import java.nio.channels.SelectionKey;

/**
 * The readiness of a socket that a selector reports. It reports a level, so it repeats itself while
 * nobody takes what is ready; after some repetitions the interest is taken away, until the next
 * wait.
 */
final class LevelReadiness extends Readiness {
  /** Reports in a row that nobody took: the session may just have to come to its turn. */
  private static final int REPETITIONS = 8;

  private final int operation;
  private int repeated;
  private long reported;

  LevelReadiness(int operation) {
    super(operation);
    this.operation = operation;
  }

  /** For the reactor: the selector says that it is ready. */
  void report(SelectionKey key, ChannelReactor by) {
    if (report()) {
      repeated = 0;
      reported = by.ready(this, reported);
    } else if (++repeated >= REPETITIONS) {
      // In this order: who begins to wait in between finds the interest as it was.
      key.interestOpsAnd(~operation);
      if (!unwatch()) key.interestOpsOr(operation);
    }
  }
}
