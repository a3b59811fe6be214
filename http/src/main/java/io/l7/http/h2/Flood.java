package io.l7.http.h2;

import java.util.Locale;

/** What costs a server more than the client, when there is too much of it. */
public enum Flood {
  RESETS,
  CONTROL_FRAMES,
  EMPTY_FRAMES,
  WINDOW_UPDATES,
  FIELD_BLOCK,
  UNREAD_REPLIES,
  STALLED_READING;

  /** {@code control-frames}: for metrics. */
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
