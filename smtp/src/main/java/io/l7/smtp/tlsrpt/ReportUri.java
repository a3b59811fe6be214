package io.l7.smtp.tlsrpt;

import io.l7.smtp.address.Mailbox;
import java.net.URI;

/** Where a domain wants its reports (RFC 8460 §3). */
public sealed interface ReportUri {
  /** By mail. */
  record Mail(Mailbox to) implements ReportUri {
    @Override
    public String toString() {
      return "mailto:" + to;
    }
  }

  /** By HTTPS, with POST. */
  record Https(URI to) implements ReportUri {
    @Override
    public String toString() {
      return to.toString();
    }
  }
}
