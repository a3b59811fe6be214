package io.l7.smtp.session;

import io.l7.common.net.Connection;
import io.l7.common.time.Pause;
import io.l7.smtp.protocol.Reply;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** What the server says in one session, and whether it goes on. Belongs to the session. */
final class Speaker {
  private static final byte[] NO_TLS =
      "this is no TLS record\r\n".getBytes(StandardCharsets.US_ASCII);

  private final Connection connection;
  private final SessionCounters counters;
  private final int maxErrors;
  private int errors;
  private boolean open = true;

  Speaker(Connection connection, SessionCounters counters, int maxErrors) {
    this.connection = connection;
    this.counters = counters;
    this.maxErrors = maxErrors;
  }

  /** Whether the dialogue goes on. */
  boolean open() {
    return open;
  }

  /** Says this; it leaves with the next flush. */
  void reply(Reply reply) throws IOException {
    connection.out().write(reply.toBytes());
  }

  /** Says no to a command for its form or order; too many of these end the session. */
  void refuse(Reply reply) throws IOException {
    counters.badCommands().add();
    if (++errors >= maxErrors) {
      end(Replies.TOO_MANY_ERRORS);
    } else {
      reply(reply);
    }
  }

  /** Says this and no more. */
  void end(Reply reply) throws IOException {
    open = false;
    reply(reply);
  }

  /** Ends without a word. */
  void hangUp() throws IOException {
    connection.out().flush();
    open = false;
  }

  /** Plays a scripted fault; true when the client has got its answer with that. */
  boolean plays(Fault fault) throws IOException {
    switch (fault) {
      case Fault.None() -> {
        return false;
      }
      case Fault.Answer(var reply) -> {
        open = reply.code() != 421;
        reply(reply);
        return true;
      }
      case Fault.Drop() -> {
        open = false;
        connection.close();
        return true;
      }
      case Fault.Slow(var delay) -> {
        connection.out().flush();
        Pause.of(delay);
        return false;
      }
      case Fault.BrokenTls() -> {
        reply(Replies.START_TLS);
        connection.out().write(NO_TLS);
        hangUp();
        return true;
      }
    }
  }
}
