package io.l7.smtp.auth;

/**
 * The server's side of one SASL exchange; used by one thread, once. Every mechanism here lets the
 * client speak first.
 */
public interface SaslServer {
  /** Answers the client's response; the first call brings the initial response. */
  SaslStep respond(byte[] response);
}
