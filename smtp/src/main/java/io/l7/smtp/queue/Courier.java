package io.l7.smtp.queue;

import java.util.List;
import java.util.Optional;

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

  /**
   * What came of the last delivery, where nobody was found to give a mail to: whoever waits for the
   * same destination would find nobody either.
   */
  default Optional<Outcome> foundNobody() {
    return Optional.empty();
  }

  /** Takes leave of the server, if there is a connection. */
  @Override
  void close();
}
