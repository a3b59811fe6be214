package io.l7.common.net;

import java.io.IOException;

/**
 * What a server does with a connection, straight down the page, in a thread of the connection's
 * own.
 */
@FunctionalInterface
public interface ConnectionHandler {
  /**
   * Serves one connection to its end. Returning closes it gracefully; a {@link
   * io.l7.common.framing.WireException} or another I/O error that escapes closes it and is counted;
   * a runtime exception is ours and is logged.
   */
  void serve(Connection connection) throws IOException;

  /**
   * Answers a peer that did not begin with TLS where only that is spoken, and returns; its octets
   * wait to be read. Most protocols have nothing to say to it.
   */
  default void refusePlaintext(Connection connection) throws IOException {}
}
