package io.l7.dash.lint;

import io.l7.common.json.Json;
import java.util.Locale;

/**
 * Something that is wrong, or may be.
 *
 * @param rule stable name of the check
 * @param path of the element, such as {@code /MPD[1]/Period[1]}
 * @param line in the manifest, from 1; 0 where none is to blame
 */
public record Finding(String rule, Severity severity, String path, int line, String message) {

  /** How bad it is: players fail, some players may, or good to know. */
  public enum Severity {
    ERROR,
    WARNING,
    INFO
  }

  public Json toJson() {
    return Json.object()
        .put("rule", rule)
        .put("severity", severity.name().toLowerCase(Locale.ROOT))
        .put("path", path)
        .put("line", line)
        .put("message", message)
        .build();
  }
}
