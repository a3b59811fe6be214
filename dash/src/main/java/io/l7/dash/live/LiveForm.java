package io.l7.dash.live;

import java.util.Locale;

/** How a live manifest names its segments. */
public enum LiveForm {
  /** SegmentTimeline: exact to the tick, a new manifest with each segment. */
  TIMELINE,
  /** A constant duration: players count by the clock, the manifest never changes. */
  NUMBER;

  /** Reads {@code timeline} or {@code number}. */
  public static LiveForm parse(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
