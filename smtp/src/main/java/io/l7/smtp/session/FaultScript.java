package io.l7.smtp.session;

import io.l7.smtp.protocol.Command;
import java.util.OptionalLong;

/** When a server under test misbehaves; asked from the threads of all sessions. */
public interface FaultScript {
  /** In place of the greeting. */
  Fault onConnect();

  /** In place of the reply to a command. */
  Fault on(Command command);

  /** In place of the reply to a content. */
  Fault onContent();

  /** After how many octets of a content the connection is closed. */
  OptionalLong dropContentAt();

  /** A server that does as it should. */
  static FaultScript none() {
    return new FaultScript() {
      @Override
      public Fault onConnect() {
        return Fault.none();
      }

      @Override
      public Fault on(Command command) {
        return Fault.none();
      }

      @Override
      public Fault onContent() {
        return Fault.none();
      }

      @Override
      public OptionalLong dropContentAt() {
        return OptionalLong.empty();
      }
    };
  }
}
