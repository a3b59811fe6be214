package io.l7.common.link;

import java.util.random.RandomGenerator;

/**
 * One direction of a link, as arithmetic over time: when does what is sent now arrive? What is sent
 * while the wire is busy waits its turn, so all connections over a wire share its rate. No thread,
 * no clock; one lock.
 */
public final class Wire {
  private static final double NANOS = 1e9;

  private final RandomGenerator random;
  private Impairment impairment;
  private boolean cut;
  private long busyUntil = Long.MIN_VALUE;
  private long octets;
  private long lost;

  /** An idle wire. */
  public Wire(Impairment impairment, RandomGenerator random) {
    this.impairment = impairment;
    this.random = random;
  }

  /** What it does now. */
  public synchronized Impairment impairment() {
    return impairment;
  }

  /** Changes what it does from now on. */
  public synchronized void impairment(Impairment changed) {
    impairment = changed;
  }

  /** Cuts it, or mends it. */
  public synchronized void cut(State state) {
    cut = state == State.CUT;
  }

  /** Whether anything passes. */
  public synchronized boolean isCut() {
    return cut;
  }

  /** Whether anything passes. */
  public enum State {
    WHOLE,
    CUT
  }

  /** How many octets have been sent over it. */
  public synchronized long octets() {
    return octets;
  }

  /** How many datagrams it has lost. */
  public synchronized long lost() {
    return lost;
  }

  /**
   * Puts {@code length} octets on the wire at {@code now}.
   *
   * @return when the last of them has left the sender; the propagation delay is not in it
   */
  public synchronized long transmit(long now, int length) {
    octets += length;
    long start = Math.max(now, busyUntil);
    long time =
        impairment.octetsPerSecond() == 0
            ? 0
            : (long) (length * NANOS / impairment.octetsPerSecond());
    busyUntil = start + time;
    return busyUntil;
  }

  /** The propagation delay of something sent now, jitter included. */
  public synchronized long delay() {
    long jitter = impairment.jitter().toNanos();
    return impairment.delay().toNanos() + (jitter == 0 ? 0 : random.nextLong(jitter + 1));
  }

  /**
   * How many copies of a datagram arrive: 0 when it is lost or the wire is cut, 2 when it is
   * doubled.
   */
  public synchronized int copies() {
    if (cut || random.nextDouble() < impairment.loss()) {
      lost++;
      return 0;
    }
    return random.nextDouble() < impairment.duplicate() ? 2 : 1;
  }
}
