package io.l7.dns.authority;

import java.io.IOException;

/** What the authority makes of a message. */
public sealed interface Outcome {
  /** The message is for none of the zones: a recursive server goes on, another one refuses. */
  record NotOurs() implements Outcome {}

  /** No answer at all is right, as to a response (RFC 1035 §4.1.1) or to a stranger's NOTIFY. */
  record Silence() implements Outcome {}

  /** The answer, ready to send. */
  record Reply(byte[] wire) implements Outcome {}

  /**
   * The answer takes work that may block: run it on a virtual thread. It holds a copy of what it
   * needs of the request.
   */
  @FunctionalInterface
  non-sealed interface Deferred extends Outcome {
    /** Sends the answer. */
    void run(Sender sender) throws IOException;
  }

  /**
   * A zone, in as many messages as it takes and for as long as the client reads: over TCP and TLS
   * alone, and by whoever has the connection to himself meanwhile.
   */
  @FunctionalInterface
  non-sealed interface Transfer extends Outcome {
    /** Sends the messages. */
    void run(Sender sender) throws IOException;
  }

  /** Takes the messages of an answer, in order; of a deferred one there is one at most. */
  @FunctionalInterface
  interface Sender {
    void send(byte[] message) throws IOException;
  }
}
