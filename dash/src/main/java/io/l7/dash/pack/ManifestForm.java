package io.l7.dash.pack;

import java.util.Locale;

/** How a manifest names its segments. */
public enum ManifestForm {
  /** SegmentTemplate with a SegmentTimeline: exact to the tick. */
  TIMELINE,
  /** SegmentTemplate with a constant duration. */
  NUMBER,
  /** One file a rendition with an index (sidx) in it. */
  ON_DEMAND;

  /** Reads {@code timeline}, {@code number} or {@code on-demand}. */
  public static ManifestForm parse(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT).replace('-', '_'));
  }
}
