package io.l7.smtp.session;

import io.l7.smtp.protocol.Command;
import java.util.OptionalLong;

/** When a server under test misbehaves; asked from the threads of all sessions. */
public interface FaultScript {
  /** In place of the greeting. */
  Fault onConnectFault();

  /** In place of the reply to a command. */
  Fault onCommandFault(Command command);

  /** In place of the reply to a content. */
  Fault onContentFault();

  /** After how many octets of a content the connection is closed. */
  OptionalLong dropContentAt();

  /** A server that does as it should. */
  static FaultScript none() {
    return new FaultScript() {
      @Override
      public Fault onConnectFault() {
        return Fault.none();
      }

      @Override
      public Fault onCommandFault(Command command) {
        return Fault.none();
      }

      @Override
      public Fault onContentFault() {
        return Fault.none();
      }

      @Override
      public OptionalLong dropContentAt() {
        return OptionalLong.empty();
      }
    };
  }
}
