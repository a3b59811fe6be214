package io.l7.lab.story;

import io.l7.common.json.Json;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What a step measured, in the order to tell it. For one thread. */
public final class Figures {
  private final Map<String, String> values = new LinkedHashMap<>();

  /** Adds a figure. */
  public Figures put(String what, String value) {
    values.put(what, value);
    return this;
  }

  /** The figures by what they are of. */
  public Map<String, String> values() {
    return java.util.Collections.unmodifiableMap(values);
  }

  /** All figures in one line. */
  public String line() {
    List<String> parts = new ArrayList<>();
    values.forEach((what, value) -> parts.add(what + " " + value));
    return String.join(", ", parts);
  }

  /** All figures as JSON. */
  public Json json() {
    return Json.of(values);
  }
}
