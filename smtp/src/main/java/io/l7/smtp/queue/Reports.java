package io.l7.smtp.queue;

import io.l7.smtp.address.ReversePath;
import io.l7.smtp.message.DeliveryReport;
import io.l7.smtp.message.DeliveryReport.About;
import io.l7.smtp.message.DeliveryReport.Action;
import io.l7.smtp.message.DeliveryReport.Charset;
import io.l7.smtp.message.DeliveryReport.OriginalPart;
import io.l7.smtp.message.Envelope;
import io.l7.smtp.message.Recipient;
import io.l7.smtp.protocol.BodyType;
import io.l7.smtp.protocol.DsnNotify;
import io.l7.smtp.protocol.DsnReturn;
import io.l7.smtp.protocol.MailParameters;
import io.l7.smtp.protocol.RcptParameters;
import io.l7.smtp.store.Content;
import io.l7.smtp.store.Spool;
import io.l7.smtp.store.SpooledMail;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells senders what became of their mails. A report has the null reverse-path, and a mail with the
 * null reverse-path gets no report (RFC 5321 §6.1): what fails twice ends here.
 */
final class Reports {
  private static final Logger LOG = LoggerFactory.getLogger(Reports.class);

  private final Spool spool;
  private final Router router;
  private final InstantSource clock;
  private final String hostname;
  private final int returnedOctets;
  private final Consumer<SpooledMail> accepted;

  Reports(
      Spool spool,
      Router router,
      InstantSource clock,
      String hostname,
      int returnedOctets,
      Consumer<SpooledMail> accepted) {
    this.spool = spool;
    this.router = router;
    this.clock = clock;
    this.hostname = hostname;
    this.returnedOctets = returnedOctets;
    this.accepted = accepted;
  }

  /** Whether the sender is to hear of this event about this recipient. */
  static boolean wanted(SpooledMail mail, Recipient recipient, DsnNotify event) {
    return mail.envelope().from() instanceof ReversePath.Sender
        && recipient.parameters().wants(event);
  }

  /**
   * Puts a report about these recipients into the queue, durably.
   *
   * @throws IOException it could not be stored; the event has to be reported later
   */
  void send(SpooledMail mail, List<About> about) throws IOException {
    var sender = mail.envelope().from().mailbox();
    if (sender.isEmpty() || about.isEmpty()) {
      return;
    }
    var targets = router.targets(sender.get());
    if (targets.isEmpty()) {
      LOG.warn("no report about mail {}: its sender does not exist here", mail.id());
      return;
    }
    try (var report = spool.newContent()) {
      var charset = mail.envelope().parameters().smtpUtf8() ? Charset.UTF_8 : Charset.ASCII;
      var original = original(mail, about);
      var bytes =
          new DeliveryReport(
                  hostname,
                  sender.get(),
                  report.id(),
                  mail.id(),
                  mail.envelope().parameters().envelopeId(),
                  mail.id().time(),
                  clock.instant(),
                  about,
                  original.octets(),
                  original.part(),
                  charset)
              .compose();
      report.write(bytes, 0, bytes.length);
      var recipients = new ArrayList<Recipient>();
      for (var target : targets) {
        recipients.add(new Recipient(sender.get(), target, RcptParameters.NONE));
      }
      accepted.accept(
          spool.accept(
              new Envelope(ReversePath.nobody(), parameters(bytes, charset), recipients), report));
    }
  }

  /** What the report needs of those who carry it: it has what the mail brought (RFC 6152 §3). */
  private static MailParameters parameters(byte[] report, Charset charset) {
    var none = MailParameters.NONE.body(BodyType.of(report));
    return charset == Charset.UTF_8 ? none.encoding(MailParameters.AddressEncoding.SMTPUTF8) : none;
  }

  private record Original(OriginalPart part, byte[] octets) {}

  /** What of the mail is returned; nothing of one that cannot be read: its sender is told still. */
  private Original original(SpooledMail mail, List<About> about) {
    try {
      var content = spool.content(mail.id());
      var part = part(mail, content, about);
      return new Original(part, part == OriginalPart.HEADER ? header(content) : whole(content));
    } catch (IOException e) {
      LOG.error("mail {} cannot be read for a report about it", mail.id(), e);
      return new Original(OriginalPart.HEADER, new byte[0]);
    }
  }

  private OriginalPart part(SpooledMail mail, Content content, List<About> about) {
    // RFC 3461 §4.3: the whole mail comes back at most with a failure
    var failed = about.getFirst().action() == Action.FAILED;
    var wantsHeader = mail.envelope().parameters().ret().equals(Optional.of(DsnReturn.HDRS));
    return failed && !wantsHeader && content.length() <= returnedOctets
        ? OriginalPart.MESSAGE
        : OriginalPart.HEADER;
  }

  private static byte[] whole(Content content) throws IOException {
    var out = new ByteArrayOutputStream((int) content.length());
    content.copyTo(out);
    return out.toByteArray();
  }

  private byte[] header(Content content) throws IOException {
    var head = new HeaderCopy(returnedOctets);
    try {
      content.copyTo(head);
    } catch (HeaderCopy.Enough e) {
      // the header is complete
    }
    return head.octets.toByteArray();
  }

  /** Keeps what comes before the empty line. */
  private static final class HeaderCopy extends OutputStream {
    private static final class Enough extends IOException {
      private static final long serialVersionUID = 1L;
    }

    private final ByteArrayOutputStream octets = new ByteArrayOutputStream();
    private final int most;
    private int last;

    HeaderCopy(int most) {
      this.most = most;
    }

    @Override
    public void write(int octet) throws IOException {
      // CR LF CR LF, seen as LF directly behind LF once CR is passed over
      if (octet == '\n' && last == '\n' || octets.size() >= most) {
        throw new Enough();
      }
      octets.write(octet);
      last = octet == '\r' ? last : octet;
    }

    @Override
    public void write(byte[] b, int offset, int length) throws IOException {
      for (var i = offset; i < offset + length; i++) {
        write(b[i]);
      }
    }
  }
}
