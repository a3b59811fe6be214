package io.l7.smtp.tlsrpt;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What went wrong with TLS (RFC 8460 §4.3). */
public enum ResultType {
  /** The server does not offer STARTTLS. */
  STARTTLS_NOT_SUPPORTED,
  /** The certificate is for another host. */
  CERTIFICATE_HOST_MISMATCH,
  /** It is past its end, or before its beginning. */
  CERTIFICATE_EXPIRED,
  /** Nobody that is trusted stands for it. */
  CERTIFICATE_NOT_TRUSTED,
  /** Anything else. */
  VALIDATION_FAILURE,
  /** No TLSA record can be used. */
  TLSA_INVALID,
  /** DNS did not give records that it proves. */
  DNSSEC_INVALID,
  /** We want DANE and there is none. */
  DANE_REQUIRED,
  /** The MTA-STS policy cannot be had. */
  STS_POLICY_FETCH_ERROR,
  /** What is there is no policy. */
  STS_POLICY_INVALID,
  /** The server of the policy has no trusted certificate for its name. */
  STS_WEBPKI_INVALID;

  /** As it stands in a report. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** The type of that word. */
  static Optional<ResultType> of(String word) {
    return Arrays.stream(values()).filter(t -> t.word().equals(word)).findFirst();
  }
}
