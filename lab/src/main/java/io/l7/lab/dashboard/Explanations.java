package io.l7.lab.dashboard;

import io.l7.common.json.Json;
import io.l7.dns.explain.Explanation;

/** A resolver's reasons as JSON for the page. */
final class Explanations {
  private Explanations() {}

  static Json json(Explanation explanation) {
    var json =
        Json.object()
            .put("ms", explanation.atMillis())
            .put(
                "reason",
                explanation
                    .reason()
                    .toString()
                    .toLowerCase(java.util.Locale.ROOT)
                    .replace('_', ' '))
            .put("text", explanation.text());
    if (!explanation.parts().isEmpty())
      json.put("then", explanation.parts().stream().map(Explanations::json).toList());
    return json.build();
  }
}
