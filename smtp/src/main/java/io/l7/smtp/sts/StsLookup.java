package io.l7.smtp.sts;

import java.security.cert.CertificateException;
import java.util.Optional;

/**
 * What is known of a domain's policy.
 *
 * @param policy the one to keep to; empty where there is none, or none to be had
 * @param fault why one that is announced cannot be had
 */
public record StsLookup(Optional<StsPolicy> policy, Optional<Fault> fault) {
  /** Nothing is announced. */
  public static final StsLookup NONE = new StsLookup(Optional.empty(), Optional.empty());

  /** Why a policy cannot be had (RFC 8460 §4.3.2.2). */
  public enum Fault {
    /** Its server did not give it. */
    FETCH,
    /** What it gave is no policy. */
    INVALID,
    /** It has no trusted certificate for its name. */
    CERTIFICATE;

    static Fault of(Throwable failure) {
      if (failure instanceof NoPolicyException) {
        return INVALID;
      }
      for (var cause = failure; cause != null; cause = cause.getCause()) {
        if (cause instanceof CertificateException) {
          return CERTIFICATE;
        }
      }
      return FETCH;
    }
  }
}
