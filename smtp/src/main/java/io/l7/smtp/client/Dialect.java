package io.l7.smtp.client;

/** Which of the two protocols is spoken to a server. */
public enum Dialect {
  SMTP,
  /** RFC 2033: a reply for each recipient behind the content. */
  LMTP
}
