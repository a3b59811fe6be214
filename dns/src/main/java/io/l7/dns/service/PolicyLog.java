package io.l7.dns.service;

import io.l7.common.json.Json;
import io.l7.common.metrics.Metrics;
import io.l7.common.units.AddressText;
import io.l7.dns.policy.Policies;
import io.l7.dns.policy.PolicyRule;
import java.io.Writer;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;

/** One line for each rule of policy that was applied. Safe for all threads. */
public final class PolicyLog implements AutoCloseable {
  private final QueryLog.Form form;
  private final InstantSource clock;
  private final LineLog<Entry> lines;

  private record Entry(Instant time, Policies.Hit hit) {}

  /**
   * Writes lines {@code TIME CLIENT NAME TYPE ZONE TRIGGER RULE ACTION} to {@code out}, or JSON
   * objects with these members; it is closed with the log.
   */
  public PolicyLog(Writer out, QueryLog.Form form, InstantSource clock, Metrics metrics) {
    this.form = form;
    this.clock = clock;
    this.lines =
        new LineLog<>(
            "policy log",
            out,
            this::line,
            metrics.counter(
                "l7_dns_rpz_log_lost_total", "Lines of the policy log that had no room"));
  }

  /** Takes a hit. */
  public void record(Policies.Hit hit) {
    lines.record(new Entry(clock.instant(), hit));
  }

  /** Goes on writing to {@code fresh}, as after a log file was renamed. */
  public void switchTo(Writer fresh) {
    lines.switchTo(fresh);
  }

  private String line(Entry entry) {
    PolicyRule rule = entry.hit.rule();
    String client = AddressText.of(entry.hit.client());
    String trigger = rule.trigger().name().toLowerCase(Locale.ROOT).replace('_', '-');
    String name = entry.hit.question().name().toString();
    String type = entry.hit.question().type().toString();
    if (form == QueryLog.Form.JSON) {
      return Json.object()
              .put("time", entry.time.toString())
              .put("client", client)
              .put("name", name)
              .put("type", type)
              .put("zone", rule.zone().toString())
              .put("trigger", trigger)
              .put("rule", rule.owner().toString())
              .put("action", rule.action().word())
              .build()
          + "\n";
    }
    return String.join(
            " ",
            entry.time.toString(),
            client,
            name,
            type,
            rule.zone().toString(),
            trigger,
            rule.owner().toString(),
            rule.action().word())
        + "\n";
  }

  /** Writes what waits, and ends. */
  @Override
  public void close() {
    lines.close();
  }
}
