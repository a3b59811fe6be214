package io.l7.smtp.tlsrpt;

import io.l7.smtp.address.Mailbox;
import io.l7.smtp.message.InternetDate;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;

/** A report as a mail (RFC 8460 §5.3, multipart/report of RFC 6522). */
public final class ReportMail {
  /** The fields that a signature is over (RFC 8460 §5.3: its own two have to be among them). */
  public static final List<String> SIGNED =
      List.of(
          "From",
          "To",
          "Subject",
          "Date",
          "Message-ID",
          "TLS-Report-Domain",
          "TLS-Report-Submitter",
          "MIME-Version",
          "Content-Type");

  private ReportMail() {}

  /** The whole mail with CR LF line ends. */
  public static byte[] compose(TlsReport report, Mailbox to, Instant time) {
    var boundary = "=_tlsrpt_" + Long.toHexString(time.toEpochMilli());
    var out = new StringBuilder();
    line(out, "Date: " + InternetDate.format(time));
    line(out, "From: <" + report.contact() + ">");
    line(out, "To: <" + to + ">");
    line(out, "Subject: Report Domain: " + report.domain());
    line(out, " Submitter: " + report.submitter());
    line(out, " Report-ID: <" + report.id() + ">");
    line(out, "Message-ID: <" + report.id() + ">");
    line(out, "TLS-Report-Domain: " + report.domain());
    line(out, "TLS-Report-Submitter: " + report.submitter());
    line(out, "TLS-Required: No"); // RFC 8689 §5: neither with us nor behind the next server
    line(out, "Auto-Submitted: auto-generated"); // RFC 3834 §5
    line(out, "MIME-Version: 1.0");
    line(out, "Content-Type: multipart/report; report-type=\"tlsrpt\";");
    line(out, "\tboundary=\"" + boundary + "\"");
    line(out, "");
    line(out, "--" + boundary);
    line(out, "Content-Type: text/plain; charset=us-ascii");
    line(out, "");
    line(out, "How TLS with the mail servers of " + report.domain());
    line(out, "went on " + report.day() + " (UTC), as RFC 8460 has it.");
    line(out, "");
    line(out, "--" + boundary);
    line(out, "Content-Type: application/tlsrpt+gzip");
    line(out, "Content-Transfer-Encoding: base64");
    line(out, "Content-Disposition: attachment;");
    line(out, "\tfilename=\"" + report.fileName() + "\"");
    line(out, "");
    line(out, Base64.getMimeEncoder().encodeToString(report.compressed()));
    line(out, "--" + boundary + "--");
    return out.toString().getBytes(StandardCharsets.US_ASCII);
  }

  private static void line(StringBuilder out, String text) {
    out.append(text).append("\r\n");
  }
}
