package io.l7.smtp.client;

import io.l7.common.metrics.Metrics;
import io.l7.smtp.dane.TlsaResolver;

/** Where TLSA records come from, and how often they meant what. Thread-safe. */
public final class Dane {
  private static final String NAME = "l7_smtp_dane_total";
  private static final String HELP = "Connections to servers of other domains by what DANE said";

  private final TlsaResolver resolver;
  private final Metrics.Tally matched;
  private final Metrics.Tally anyCertificate;
  private final Metrics.Tally none;
  private final Metrics.Tally failed;
  private final Metrics.Tally unknown;

  /** Asks by this resolver and counts in this registry. */
  public Dane(TlsaResolver resolver, Metrics metrics) {
    this.resolver = resolver;
    this.matched = tally(metrics, "matched");
    this.anyCertificate = tally(metrics, "any_certificate");
    this.none = tally(metrics, "none");
    this.failed = tally(metrics, "failed");
    this.unknown = tally(metrics, "unknown");
  }

  private static Metrics.Tally tally(Metrics metrics, String result) {
    return metrics.counter(NAME, HELP, "result", result);
  }

  TlsaResolver resolver() {
    return resolver;
  }

  /** The certificate fitted. */
  Metrics.Tally matched() {
    return matched;
  }

  /** No record could be used: TLS, with any certificate. */
  Metrics.Tally anyCertificate() {
    return anyCertificate;
  }

  /** No record, or none that is proven: as without DANE. */
  Metrics.Tally none() {
    return none;
  }

  /** No TLS, or with another certificate: nothing was sent. */
  Metrics.Tally failed() {
    return failed;
  }

  /** DNS did not tell, or what it told was forged: nothing was sent. */
  Metrics.Tally unknown() {
    return unknown;
  }
}
