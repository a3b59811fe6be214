package io.l7.smtp.auth;

/** What a server's side of a SASL exchange says to the last response (RFC 4422 §3). */
public sealed interface SaslStep {

  /** Send this and read another response. */
  record Challenge(byte[] octets) implements SaslStep {}

  /** The client is this user. */
  record Success(String user) implements SaslStep {}

  /** Wrong user or wrong password; which of them is not told. */
  record Denied() implements SaslStep {}

  /** Too many failures for this user: not looked at. */
  record Braked() implements SaslStep {}

  /** What the client sent is no response of this mechanism. */
  record Malformed(String why) implements SaslStep {}
}
