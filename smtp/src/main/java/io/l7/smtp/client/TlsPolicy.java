package io.l7.smtp.client;

/** How much TLS a client wants. */
public enum TlsPolicy {
  /** None at all. */
  OFF,
  /**
   * STARTTLS where it is offered, with any certificate; in the clear otherwise (RFC 7435). More
   * where the domain has an MTA-STS policy and that is kept to.
   */
  OPPORTUNISTIC,
  /**
   * STARTTLS with the certificate that a signed TLSA record of the server means, or nothing;
   * opportunistic where there is no such record (RFC 7672).
   */
  DANE,
  /** STARTTLS with a certificate that is trusted and has the name, or nothing. */
  REQUIRED,
  /** TLS from the first octet (RFC 8314), verified. */
  IMPLICIT
}
