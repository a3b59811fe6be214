package io.l7.smtp.session;

/** What a listener is for. */
public enum Role {
  /** Mail from other servers, and from clients that authenticate (port 25). */
  TRANSFER,
  /** Mail of our own users alone, who authenticate first (RFC 6409; ports 587 and 465). */
  SUBMISSION,
  /** Mail from a server of our own, with a reply for each recipient (RFC 2033). */
  LMTP
}
