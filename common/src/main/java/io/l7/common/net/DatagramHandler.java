package io.l7.common.net;

import java.io.IOException;

/**
 * What a server does with a datagram, in the receiver's own thread: answer at once, or {@link
 * Datagram#detach} it and let a virtual thread answer. Never wait here.
 */
@FunctionalInterface
public interface DatagramHandler {
  /** Takes one datagram. */
  void handle(Datagram datagram) throws IOException;
}
