package io.l7.dash.live;

import java.time.Duration;

/**
 * How a recording is shown as live.
 *
 * @param window how far back segments stay (timeShiftBufferDepth); 10 s to 6 h: playlists list all
 *     of it
 * @param delay how far behind the live edge players are asked to play; zero: three segments
 */
public record LiveSetting(Duration window, Duration delay, LiveForm form) {
  public static final Duration SHORTEST = Duration.ofSeconds(10);
  public static final Duration LONGEST = Duration.ofHours(6);

  /**
   * @throws IllegalArgumentException a window out of its range
   */
  public LiveSetting {
    if (window.compareTo(SHORTEST) < 0 || window.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException("a window of 10s to 6h");
    }
    if (delay.isNegative()) {
      throw new IllegalArgumentException("a delay below zero");
    }
  }
}
