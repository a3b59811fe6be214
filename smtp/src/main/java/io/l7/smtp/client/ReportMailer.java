package io.l7.smtp.client;

import io.l7.smtp.address.ReversePath;
import io.l7.smtp.dkim.DkimSigner;
import io.l7.smtp.message.Envelope;
import io.l7.smtp.message.MailId;
import io.l7.smtp.message.Recipient;
import io.l7.smtp.message.Target;
import io.l7.smtp.protocol.MailParameters;
import io.l7.smtp.protocol.RcptParameters;
import io.l7.smtp.queue.Consignment;
import io.l7.smtp.queue.Outcome;
import io.l7.smtp.store.Content;
import io.l7.smtp.tlsrpt.ReportMail;
import io.l7.smtp.tlsrpt.ReportUri;
import io.l7.smtp.tlsrpt.TlsReport;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Sends TLS reports to the servers of their domains, at once and beside the queue: what is wrong
 * with TLS there must not stop the mail that tells of it, and is not counted again (RFC 8460 §3).
 * Thread-safe.
 */
public final class ReportMailer {
  private final RelayTransport transport;
  private final Optional<DkimSigner> signer;
  private final InstantSource clock;

  /** Sends as {@code options} have it, but for what they demand of TLS; signed if it can be. */
  public ReportMailer(RelayOptions options, Optional<DkimSigner> signer, InstantSource clock) {
    this.transport = new RelayTransport(options.undemanding());
    this.signer = signer;
    this.clock = clock;
  }

  /**
   * Sends one.
   *
   * @throws IOException no server took it
   */
  public void send(ReportUri.Mail to, TlsReport report) throws IOException {
    var recipient =
        List.of(new Recipient(to.to(), new Target.Remote(to.to()), RcptParameters.NONE));
    var now = clock.instant();
    var plain = ReportMail.compose(report, to.to(), now);
    var octets = signer.map(s -> s.sign(plain, ReportMail.SIGNED, now)).orElse(plain);
    var mail =
        new Consignment(
            MailId.at(now),
            new Envelope(
                ReversePath.of(report.contact().toString()), MailParameters.NONE, recipient),
            recipient,
            Content.of(octets));
    try (var courier = transport.courier(to.to().canonicalDomain())) {
      var outcome = courier.deliver(mail).getFirst();
      if (!(outcome instanceof Outcome.Delivered)) {
        throw new IOException(outcome.reason());
      }
    }
  }
}
