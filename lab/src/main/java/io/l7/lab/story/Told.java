package io.l7.lab.story;

import java.time.Duration;
import java.util.Map;

/**
 * A step after it was performed.
 *
 * @param text the figures in one line, or why it failed
 */
public record Told(
    String step, Verdict verdict, String text, Map<String, String> figures, Duration took) {
  /** How it went. */
  public enum Verdict {
    OK,
    FAILED,
    LEFT_OUT
  }

  public Told {
    figures = java.util.Collections.unmodifiableMap(new java.util.LinkedHashMap<>(figures));
  }
}
