package io.l7.smtp.queue;

import java.util.List;

/**
 * Carries mails to one destination, one after the other, over a connection that it may keep between
 * them. One thread.
 */
public interface Courier extends AutoCloseable {
  /**
   * Delivers to the consignment's recipients; one outcome each, in their order. Never throws: a
   * fault is an outcome.
   */
  List<Outcome> deliver(Consignment consignment);

  /** Takes leave of the server, if there is a connection. */
  @Override
  void close();
}
