package io.l7.dash.play;

import io.l7.dash.mpd.Mpd;
import java.net.URI;

/**
 * The server's time by our clock: read at the start, again every few minutes, for clocks drift and
 * machines sleep, and where what it says has led to what is not there. For one thread.
 */
final class ServerClock {
  /** Clocks that are 50 millionths apart drift 30 ms meanwhile; what adds up is noticed. */
  private static final double REGULARLY_MS = 600_000;

  /** Between two doubts, in ms; twice as long each time that the reading was right after all. */
  private static final double LEAST_DOUBT_MS = 4_000;

  private static final double MOST_DOUBT_MS = 300_000;

  /** What the way there may change between two readings. */
  private static final double SAME_MS = 200;

  /** All that a reading may take, in ms. */
  private static final double MOST_PATIENCE_MS = 6_000;

  private static final double LEAST_PATIENCE_MS = 500;

  private final ClockSync sync;
  private final PlayClock clock;
  private double aheadMs;
  private double readMs;
  private double pauseMs = LEAST_DOUBT_MS;
  private boolean doubted;
  private boolean known;

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
   * Reads it; where nobody tells, or what is told is as near as it can be told, it goes on as it
   * is.
   *
   * @param receivedMs when the manifest came, epoch, by our clock
   * @param bufferMs what can be played meanwhile; endless before it plays
   */
  void read(Mpd.Live live, URI manifest, double receivedMs, double bufferMs)
      throws InterruptedException {
    double patienceMs = Math.clamp(bufferMs / 2, LEAST_PATIENCE_MS, MOST_PATIENCE_MS);
    var reading = sync.read(live, manifest, receivedMs, patienceMs);
    boolean other =
        reading.isPresent()
            && (!known
                || Math.abs(reading.get().aheadMs() - aheadMs)
                    > SAME_MS + 2 * reading.get().slackMs());
    if (other) {
      aheadMs = reading.get().aheadMs();
      known = true;
    }
    pauseMs = doubted && !other ? Math.min(MOST_DOUBT_MS, pauseMs * 2) : LEAST_DOUBT_MS;
    doubted = false;
    readMs = clock.nowMs();
  }
}
