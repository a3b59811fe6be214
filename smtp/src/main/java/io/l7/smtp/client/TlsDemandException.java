package io.l7.smtp.client;

import io.l7.smtp.protocol.EnhancedStatus;
import io.l7.smtp.tlsrpt.ResultType;
import java.io.IOException;

/** TLS has to be as the policy wants it, and is not: nothing was sent. */
public final class TlsDemandException extends IOException {
  private static final long serialVersionUID = 1L;

  private final transient EnhancedStatus status;
  private final ResultType result;

  private TlsDemandException(String status, ResultType result, String why, Throwable cause) {
    super(why, cause);
    this.status = EnhancedStatus.of(status);
    this.result = result;
  }

  private TlsDemandException(String status, ResultType result, String why) {
    super(why);
    this.status = EnhancedStatus.of(status);
    this.result = result;
  }

  /** The server offers none (RFC 3463 §3.8, X.7.4: security features not supported). */
  static TlsDemandException notOffered(String why) {
    return new TlsDemandException("4.7.4", ResultType.STARTTLS_NOT_SUPPORTED, why);
  }

  /** It did not come about, or not with whom it should (X.7.5: cryptographic failure). */
  static TlsDemandException failed(String why, Throwable cause) {
    return new TlsDemandException("4.7.5", TlsFault.of(cause), why, cause);
  }

  /** It is none of those that the domain wants its mail to be given to. */
  static TlsDemandException notNamed(String why) {
    return new TlsDemandException("4.7.5", ResultType.VALIDATION_FAILURE, why);
  }

  /** Nobody can say now whom it should be with. */
  static TlsDemandException unknown(String why) {
    return new TlsDemandException("4.7.5", ResultType.DNSSEC_INVALID, why);
  }

  /** What to tell of it. */
  public EnhancedStatus status() {
    return status;
  }

  /** What to tell the domain of it. */
  public ResultType result() {
    return result;
  }
}
