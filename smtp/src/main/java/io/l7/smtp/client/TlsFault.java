package io.l7.smtp.client;

import io.l7.smtp.tlsrpt.ResultType;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Locale;

/** Which of the kinds that reports know a failed handshake is of (RFC 8460 §4.3.1). */
final class TlsFault {
  private TlsFault() {}

  static ResultType of(Throwable failure) {
    var out = ResultType.VALIDATION_FAILURE;
    for (var cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof RefusedException refused && refused.isOf("STARTTLS")) {
        return ResultType.STARTTLS_NOT_SUPPORTED; // offered, and not given
      }
      if (cause instanceof CertificateExpiredException
          || cause instanceof CertificateNotYetValidException) {
        return ResultType.CERTIFICATE_EXPIRED;
      }
      if (cause instanceof CertificateException && isOfName(cause)) {
        return ResultType.CERTIFICATE_HOST_MISMATCH;
      }
      if (cause instanceof CertificateException
          || cause instanceof CertPathBuilderException
          || cause instanceof CertPathValidatorException) {
        out = ResultType.CERTIFICATE_NOT_TRUSTED;
      }
    }
    return out;
  }

  /** JSSE has no type for it, so its words count, and those of our own look at the names. */
  private static boolean isOfName(Throwable cause) {
    var text = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
    return text.contains("subject alternative")
        || text.contains("no name matching")
        || text.contains("certificate is for none of");
  }
}
