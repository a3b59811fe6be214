package io.l7.smtp.client;

import io.l7.common.metrics.Metrics;
import io.l7.smtp.sts.PolicySource;
import io.l7.smtp.sts.StsLookup;

/** Whose policies are kept to (RFC 8461), and how often servers did. Thread-safe. */
public final class MtaSts {
  private static final String NAME = "l7_smtp_mta_sts_total";
  private static final String HELP =
      "Connections to servers of domains with an MTA-STS policy by what came of it";

  private final PolicySource policies;
  private final Metrics.Tally matched;
  private final Metrics.Tally failed;
  private final Metrics.Tally testingMatched;
  private final Metrics.Tally testingFailed;

  /** Keeps to these policies and counts in this registry. */
  public MtaSts(PolicySource policies, Metrics metrics) {
    this.policies = policies;
    this.matched = tally(metrics, "matched");
    this.failed = tally(metrics, "failed");
    this.testingMatched = tally(metrics, "testing_matched");
    this.testingFailed = tally(metrics, "testing_failed");
  }

  private static Metrics.Tally tally(Metrics metrics, String result) {
    return metrics.counter(NAME, HELP, "result", result);
  }

  StsLookup lookup(String domain) {
    return policies.lookup(domain);
  }

  /** A server that the policy names, under TLS with a certificate for it. */
  Metrics.Tally matched() {
    return matched;
  }

  /** Another one: nothing was sent. */
  Metrics.Tally failed() {
    return failed;
  }

  /** The first again, of a domain that is only testing. */
  Metrics.Tally testingMatched() {
    return testingMatched;
  }

  /** And the second: it was sent all the same. */
  Metrics.Tally testingFailed() {
    return testingFailed;
  }
}
