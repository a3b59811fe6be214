package io.l7.smtp.message;

import io.l7.common.net.Endpoint;
import io.l7.smtp.address.Mailbox;
import io.l7.smtp.protocol.BodyType;
import io.l7.smtp.protocol.EnhancedStatus;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A report about a mail's recipients: bounce, delay warning or success (RFC 3464, multipart/report
 * of RFC 6522; in the internationalized form of RFC 6533 when the mail needed SMTPUTF8).
 *
 * @param reporter our host name
 * @param to who gets the report, the sender of the mail
 * @param id the id of the report itself, which makes its Message-ID and boundary
 * @param subject the mail reported on
 * @param envelopeId ENVID of the sender, if it gave one
 * @param arrival when the mail was accepted
 * @param time when the report is written
 * @param recipients what happened to whom, at least one
 * @param original the mail, or its header alone
 * @param originalPart which of the two
 * @param charset whether UTF-8 has to be used in the report's machine part
 */
public record DeliveryReport(
    String reporter,
    Mailbox to,
    MailId id,
    MailId subject,
    Optional<String> envelopeId,
    Instant arrival,
    Instant time,
    List<About> recipients,
    byte[] original,
    OriginalPart originalPart,
    Charset charset) {

  /** Octets of what others said, with room on its line for the name of the field. */
  private static final int MOST_OCTETS = 900;

  /** What became of a recipient (RFC 3464 §2.3.3). */
  public enum Action {
    FAILED("failed"),
    DELAYED("delayed"),
    DELIVERED("delivered"),
    RELAYED("relayed"),
    EXPANDED("expanded");

    private final String word;

    Action(String word) {
      this.word = word;
    }
  }

  /** How much of the mail is returned. */
  public enum OriginalPart {
    MESSAGE,
    HEADER
  }

  /** Plain RFC 3464, or RFC 6533. */
  public enum Charset {
    ASCII,
    UTF_8
  }

  /**
   * One recipient.
   *
   * @param original ORCPT, {@code type;address}
   * @param remote the server that spoke
   * @param diagnostic what it said, or what we found
   * @param retryUntil until when we go on trying, of a delayed mail
   */
  public record About(
      Mailbox address,
      Optional<String> original,
      Action action,
      EnhancedStatus status,
      Optional<String> remote,
      Optional<String> diagnostic,
      Optional<Instant> retryUntil) {}

  public DeliveryReport {
    recipients = List.copyOf(recipients);
  }

  /** The whole mail with CR LF line ends, to be sent from the null reverse-path (RFC 3464 §2). */
  public byte[] compose() {
    var boundary = "=_" + id + "/" + subject;
    var global = charset == Charset.UTF_8;
    var out = new StringBuilder();
    line(out, "Date: " + InternetDate.format(time));
    line(out, "From: Mail Delivery System <postmaster@" + reporter + ">");
    line(out, "To: <" + to + ">");
    line(out, "Subject: " + title());
    line(out, "Message-ID: <" + id + "@" + reporter + ">");
    line(out, "Auto-Submitted: auto-replied"); // RFC 3834 §5
    line(out, "MIME-Version: 1.0");
    line(out, "Content-Type: multipart/report; report-type=delivery-status;");
    line(out, "\tboundary=\"" + boundary + "\"");
    var eightBit = BodyType.of(original) == BodyType.EIGHT_BIT_MIME;
    if (global || eightBit) { // RFC 2045 §6.4: the whole says what its parts need
      line(out, "Content-Transfer-Encoding: 8bit");
    }
    line(out, "");
    line(out, "--" + boundary);
    line(out, "Content-Type: text/plain; charset=utf-8");
    if (global) {
      line(out, "Content-Transfer-Encoding: 8bit");
    }
    line(out, "");
    words(out);
    line(out, "");
    line(out, "--" + boundary);
    line(out, "Content-Type: message/" + (global ? "global-" : "") + "delivery-status");
    line(out, "");
    status(out);
    line(out, "--" + boundary);
    var header = originalPart == OriginalPart.HEADER;
    var type =
        global
            ? header ? "message/global-headers" : "message/global"
            : header ? "text/rfc822-headers" : "message/rfc822";
    line(out, "Content-Type: " + type);
    if (eightBit) {
      line(out, "Content-Transfer-Encoding: 8bit");
    }
    line(out, "");
    var head = out.toString().getBytes(StandardCharsets.UTF_8);
    var tail = ("\r\n--" + boundary + "--\r\n").getBytes(StandardCharsets.US_ASCII);
    var mail = new byte[head.length + original.length + tail.length];
    System.arraycopy(head, 0, mail, 0, head.length);
    System.arraycopy(original, 0, mail, head.length, original.length);
    System.arraycopy(tail, 0, mail, head.length + original.length, tail.length);
    return mail;
  }

  private String title() {
    return switch (recipients.getFirst().action()) {
      case FAILED -> "Undelivered mail returned to sender";
      case DELAYED -> "Delayed mail (still being retried)";
      case DELIVERED, RELAYED, EXPANDED -> "Delivery report";
    };
  }

  private void words(StringBuilder out) {
    line(out, "This is the mail system at " + reporter + ".");
    line(out, "");
    line(
        out,
        switch (recipients.getFirst().action()) {
          case FAILED -> "Your mail could not be delivered to:";
          case DELAYED -> "Your mail has not been delivered yet; nothing has to be done. To:";
          case DELIVERED, RELAYED, EXPANDED -> "Your mail was handed over as you asked to be told:";
        });
    for (var r : recipients) {
      line(out, "");
      line(out, "  <" + r.address() + ">: " + r.action().word + " (" + r.status() + ")");
      r.diagnostic().ifPresent(d -> line(out, "    " + clean(d)));
      r.retryUntil().ifPresent(t -> line(out, "    tried until " + InternetDate.format(t)));
    }
  }

  private void status(StringBuilder out) {
    line(out, "Reporting-MTA: dns; " + reporter);
    envelopeId.ifPresent(e -> line(out, "Original-Envelope-Id: " + clean(e)));
    line(out, "Arrival-Date: " + InternetDate.format(arrival));
    for (var r : recipients) {
      line(out, "");
      r.original()
          .ifPresent(o -> line(out, "Original-Recipient: " + clean(o).replaceFirst(";", "; ")));
      var type = r.address().needsSmtpUtf8() ? "utf-8" : "rfc822"; // RFC 6533 §3
      line(out, "Final-Recipient: " + type + "; " + r.address());
      line(out, "Action: " + r.action().word);
      line(out, "Status: " + r.status());
      r.remote().ifPresent(m -> line(out, "Remote-MTA: dns; " + clean(mtaName(m))));
      r.diagnostic().ifPresent(d -> line(out, "Diagnostic-Code: smtp; " + clean(d)));
      line(out, "Last-Attempt-Date: " + InternetDate.format(time));
      r.retryUntil().ifPresent(t -> line(out, "Will-Retry-Until: " + InternetDate.format(t)));
    }
    line(out, "");
  }

  /** RFC 3464 §2.1.2: a domain or an address literal, of which no port is a part. */
  private static String mtaName(String server) {
    try {
      var endpoint = Endpoint.parse(server);
      return endpoint.literal().map(Received::literal).orElse(endpoint.host());
    } catch (IllegalArgumentException e) {
      return server;
    }
  }

  /**
   * What other servers said goes into fields of ours: no line ends, no controls, no line beyond 998
   * octets.
   */
  private String clean(String text) {
    var out = new StringBuilder();
    var octets = 0;
    for (var c : text.codePoints().limit(400).toArray()) {
      octets += Character.toString(c).getBytes(StandardCharsets.UTF_8).length;
      if (octets > MOST_OCTETS) {
        break;
      }
      var plain = c >= 32 && c < 127;
      var printable = c >= 0xA0 && Character.isDefined(c) && !Character.isISOControl(c);
      var wide = printable && c != 0x2028 && c != 0x2029 && charset == Charset.UTF_8;
      out.appendCodePoint(plain || wide ? c : '?');
    }
    return out.toString();
  }

  private static void line(StringBuilder out, String text) {
    out.append(text).append("\r\n");
  }
}
