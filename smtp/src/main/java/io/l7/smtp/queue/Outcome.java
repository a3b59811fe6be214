package io.l7.smtp.queue;

import io.l7.smtp.protocol.EnhancedStatus;
import java.util.Optional;

/** What became of one recipient in one try. */
public sealed interface Outcome {
  /** The server that spoke; empty when none was reached. */
  Optional<String> server();

  /** What it said, or what we found; one line. */
  String reason();

  /** The next hop has it, and may have taken over the sender's DSN wishes (RFC 3461 §5.2). */
  record Delivered(Optional<String> server, String reason, DsnDuty dsn) implements Outcome {}

  /** It may work later. */
  record Deferred(Optional<String> server, EnhancedStatus status, String reason)
      implements Outcome {}

  /** It will never work. */
  record Failed(Optional<String> server, EnhancedStatus status, String reason) implements Outcome {}

  /** Who reports a success that the sender asked to be told. */
  enum DsnDuty {
    OURS,
    PASSED_ON
  }
}
