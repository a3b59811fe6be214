package io.l7.smtp.tlsrpt;

import java.io.IOException;

/** Hands reports over. Thread-safe; blocks, minutes at most. */
public interface ReportCourier {
  /**
   * Sends a mail, whatever becomes of TLS on its way (RFC 8460 §3).
   *
   * @throws IOException it was not taken
   */
  void mail(ReportUri.Mail to, TlsReport report) throws IOException;

  /**
   * Posts the compressed report (RFC 8460 §5.4).
   *
   * @throws IOException it was not taken
   */
  void post(ReportUri.Https to, TlsReport report) throws IOException;
}
