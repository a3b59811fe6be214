package io.l7.common.net;

/**
 * The turn of a thread with a socket. One whose peer is always ready never waits, and would keep
 * its carrier from everybody else: after many octets it gives way, and after a while to those as
 * well whom the scheduler looks at last. Where one thread reads and another writes, what the one
 * notes may be lost to the other, and a turn be longer.
 */
final class Turn {
  /**
   * Octets moved in a turn, as nginx has them (sendfile_max_chunk): half a millisecond of copying.
   * After each 256 KiB, answers of 1 MiB were sent at 0.94 of the rate.
   */
  static final int OCTETS = 2 * 1024 * 1024;

  private long moved;

  /** When the first turn without a wait ended, or zero. */
  private long since;

  /** The thread has waited: another turn begins. */
  void waited() {
    moved = 0;
    since = 0;
  }

  /** Octets were moved without a wait. */
  void moved(long octets) {
    moved += octets;
    if (moved < OCTETS) return;
    moved = 0;
    giveWay();
  }

  @SuppressWarnings("ThreadPriorityCheck") // It is what makes turns of it.
  private void giveWay() {
    long now = System.nanoTime();
    if (since == 0) since = now;
    if (now - since >= Scheduled.AMONG_THEMSELVES_NANOS && Scheduled.standAside()) since = 0;
    else Thread.yield();
  }
}
