package io.l7.smtp.session;

import io.l7.common.metrics.Metrics;

/** What sessions count. */
public record SessionCounters(
    Metrics.Tally accepted,
    Metrics.Tally octets,
    Metrics.Tally refusedContent,
    Metrics.Tally refusedRecipients,
    Metrics.Tally badCommands,
    Metrics.Tally failedAuth) {

  /** Counts in this registry. */
  public static SessionCounters of(Metrics metrics) {
    return new SessionCounters(
        metrics.counter("l7_smtp_accepted_total", "Mails accepted, each durable before its 250"),
        metrics.counter("l7_smtp_accepted_bytes_total", "Octets of accepted mails"),
        metrics.counter("l7_smtp_refused_contents_total", "Contents refused after their end"),
        metrics.counter("l7_smtp_refused_recipients_total", "Recipients refused"),
        metrics.counter("l7_smtp_bad_commands_total", "Commands refused for their form or order"),
        metrics.counter("l7_smtp_auth_failures_total", "Failed authentications"));
  }
}
