package io.l7.lab.dashboard;

import io.l7.common.json.Json;
import io.l7.dns.explain.Explanation;

/** A resolver's reasons as JSON for the page. */
final class Explanations {
  private Explanations() {}

  static Json json(Explanation explanation) {
    return json(explanation, explanation.atMillis());
  }

  /** Times are milliseconds since the question. */
  private static Json json(Explanation explanation, long start) {
    var json =
        Json.object()
            .put("ms", explanation.atMillis() - start)
            .put(
                "reason",
                explanation
                    .reason()
                    .toString()
                    .toLowerCase(java.util.Locale.ROOT)
                    .replace('_', ' '))
            .put("text", explanation.text());
    if (!explanation.parts().isEmpty())
      json.put("then", explanation.parts().stream().map(part -> json(part, start)).toList());
    return json.build();
  }
}
