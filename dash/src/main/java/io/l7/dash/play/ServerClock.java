package io.l7.dash.play;

import io.l7.dash.mpd.Mpd;
import java.net.URI;

/**
 * The server's time by our clock: read at the start, again every few minutes, for clocks drift and
 * machines sleep, and where what it says has led to what is not there. For one thread.
 */
final class ServerClock {
  /** Clocks that are 50 millionths apart drift 30 ms meanwhile. */
  private static final double REGULARLY_MS = 600_000;

  /** Between two doubts, in ms; twice as long each time that the reading was right after all. */
  private static final double LEAST_DOUBT_MS = 4_000;

  private static final double MOST_DOUBT_MS = 300_000;

  /** Readings are no better than that. */
  private static final double SAME_MS = 700;

  private final ClockSync sync;
  private final PlayClock clock;
  private double aheadMs;
  private double readMs;
  private double pauseMs = LEAST_DOUBT_MS;
  private boolean doubted;

  ServerClock(ClockSync sync, PlayClock clock) {
    this.sync = sync;
    this.clock = clock;
  }

  /** Epoch, ms. */
  double nowMs() {
    return clock.epochMs() + aheadMs;
  }

  /** How far it is ahead of ours, in ms. */
  double aheadMs() {
    return aheadMs;
  }

  /** What should be there by this clock is not. */
  void doubt() {
    doubted = true;
  }

  /** Whether it is to be read again now. */
  boolean isDue() {
    double age = clock.nowMs() - readMs;
    return age > REGULARLY_MS || doubted && age > pauseMs;
  }

  /**
   * Reads it; where nobody tells, it goes on as it is.
   *
   * @param receivedMs when the manifest came, epoch, by our clock
   */
  void read(Mpd.Live live, URI manifest, double receivedMs) throws InterruptedException {
    double before = aheadMs;
    sync.read(live, manifest, receivedMs).ifPresent(reading -> aheadMs = reading.aheadMs());
    boolean same = Math.abs(aheadMs - before) < SAME_MS;
    pauseMs = doubted && same ? Math.min(MOST_DOUBT_MS, pauseMs * 2) : LEAST_DOUBT_MS;
    doubted = false;
    readMs = clock.nowMs();
  }
}
