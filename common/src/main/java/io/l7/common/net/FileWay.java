package io.l7.common.net;

import java.net.InetSocketAddress;

/**
 * Which way parts of files take to one peer. For one thread.
 *
 * <p>To another machine sendfile is cheapest: the card fetches the file's pages itself, and nothing
 * is copied here. To a peer on this machine the same pages are handed over one by one, each counted
 * and released by both sides, and the peer copies them out of memory that is in nobody's cache: it
 * receives at a third to a half of the rate that it reaches with octets just written. So they are
 * copied for it, unless it is slow: then rate is not what it lacks, and a buffer would be held for
 * it.
 */
final class FileWay {
  /** A part that takes longer than this shows a slow peer. */
  static final long SLOW_NANOS = 250_000_000;

  private final boolean sameMachine;
  private boolean slow;

  FileWay(InetSocketAddress local, InetSocketAddress remote) {
    // Between two of its own addresses a machine uses its loopback, whichever they are; a name
    // space beside it has another address and counts as another machine.
    var to = remote.getAddress();
    sameMachine = to != null && (to.isLoopbackAddress() || to.equals(local.getAddress()));
  }

  /** Whether the next part is copied; otherwise the kernel sends it from the file. */
  boolean copies() {
    return sameMachine && !slow;
  }

  /** Takes how long a part took, whichever way it went. */
  void took(long nanos) {
    slow = nanos > SLOW_NANOS;
  }
}
