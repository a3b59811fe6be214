package io.l7.cli.smtp;

import io.l7.common.net.HostResolver;
import io.l7.common.tls.TlsTrust;
import io.l7.common.transcript.Transcript;
import io.l7.http.HttpClient;
import io.l7.http.client.ClientTimeouts;
import io.l7.http.message.Body;
import io.l7.http.message.Method;
import io.l7.http.message.Request;
import io.l7.smtp.client.ReportMailer;
import io.l7.smtp.tlsrpt.ReportCourier;
import io.l7.smtp.tlsrpt.ReportUri;
import io.l7.smtp.tlsrpt.TlsReport;
import java.io.IOException;
import java.time.Duration;

/** Sends TLS reports by mail, and by our HTTP client (RFC 8460 §5.4). Thread-safe. */
final class TlsReportCourier implements ReportCourier, AutoCloseable {
  private static final Duration LIMIT = Duration.ofMinutes(1);

  private final ReportMailer mailer;
  private final HttpClient client;

  TlsReportCourier(ReportMailer mailer, TlsTrust trust, HostResolver names, Transcript transcript) {
    this.mailer = mailer;
    this.client =
        HttpClient.builder()
            .transcript(transcript)
            .names(names)
            .trust(trust)
            .redirects(0) // a report is for whom the record names
            .timeouts(ClientTimeouts.defaults().total(LIMIT))
            .build();
  }

  @Override
  public void mail(ReportUri.Mail to, TlsReport report) throws IOException {
    mailer.send(to, report);
  }

  @Override
  public void post(ReportUri.Https to, TlsReport report) throws IOException {
    Request request;
    try {
      request =
          Request.of(Method.POST, to.to())
              .with("Content-Type", "application/tlsrpt+gzip")
              .withBody(Body.of(report.compressed()));
    } catch (IllegalArgumentException e) {
      throw new IOException(to + ": " + e.getMessage(), e);
    }
    var response = client.send(request);
    try (var _ = response.body().open()) {
      if (!response.status().isSuccess()) {
        throw new IOException(to + ": " + response.status());
      }
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
