package io.l7.smtp.tlsrpt;

import java.util.Optional;

/**
 * How a session came not to be as it should (RFC 8460 §4.4, "failure-details").
 *
 * @param host the server's name; empty where there was none to talk to
 * @param sender our address, where a connection was made
 * @param receiver the server's
 * @param reason in a word or a sentence
 */
public record SessionFailure(
    ResultType type,
    String host,
    Optional<String> sender,
    Optional<String> receiver,
    String reason) {

  /** The same, without what tells one server from another. */
  SessionFailure summary() {
    return new SessionFailure(type, "", Optional.empty(), Optional.empty(), "");
  }
}
