package io.l7.http.server;

import io.l7.common.metrics.Metrics;
import io.l7.http.message.Status;
import io.l7.http.wire.Violation;
import java.util.EnumMap;
import java.util.Map;

/** What a server counts. Nothing on the hot path but striped counters. */
public final class HttpCounters {
  private final Metrics.Tally[] byClass = new Metrics.Tally[6];
  private final Metrics.Tally contentBytes;
  private final Map<Violation, Metrics.Tally> violations = new EnumMap<>(Violation.class);

  public HttpCounters(Metrics metrics) {
    for (int c = 1; c <= 5; c++) {
      byClass[c] =
          metrics.counter(
              "l7_http_responses_total",
              "Final and interim answers by class of status",
              "class",
              c + "xx");
    }
    contentBytes = metrics.counter("l7_http_content_bytes_total", "Bytes of content sent");
    for (Violation violation : Violation.values()) {
      violations.put(
          violation,
          metrics.counter(
              "l7_http_violations_total",
              "Refused violations of RFC 9112 and of limits",
              "rule",
              violation.label()));
    }
  }

  /** A final answer, with so many bytes of content. */
  public void answered(Status status, long content) {
    byClass[status.code() / 100].add();
    if (content > 0) {
      contentBytes.add(content);
    }
  }

  /** A rule was broken, and the request refused for it. */
  public void violated(Violation violation) {
    Metrics.Tally tally = violations.get(violation);
    if (tally != null) {
      tally.add();
    }
  }
}
