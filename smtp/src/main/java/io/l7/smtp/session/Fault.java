package io.l7.smtp.session;

import io.l7.smtp.protocol.Reply;
import java.time.Duration;

/** What a scripted server does instead of answering as it should. */
public sealed interface Fault {
  /** Nothing: it answers as it should. */
  record None() implements Fault {}

  /** It gives this reply and does nothing else. */
  record Answer(Reply reply) implements Fault {}

  /** It closes the connection without a word. */
  record Drop() implements Fault {}

  /** It waits, then answers as it should. */
  record Slow(Duration delay) implements Fault {}

  /** It says yes to STARTTLS and then talks no TLS. */
  record BrokenTls() implements Fault {}

  /** Nothing. */
  static Fault none() {
    return new None();
  }
}
