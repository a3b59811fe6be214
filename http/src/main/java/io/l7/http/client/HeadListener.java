package io.l7.http.client;

import io.l7.http.message.Fields;
import io.l7.http.message.Status;
import io.l7.http.message.Version;

/**
 * Hears the head of each answer as it arrives: the interim ones, those of redirects that are
 * followed, a proxy's to CONNECT, and the final one, as the server sent it. Called by the thread
 * that sends the request, before {@code send} returns; must be quick, and not throw.
 */
@FunctionalInterface
public interface HeadListener {
  void head(Version version, Status status, Fields fields);

  /** Hears nothing. */
  static HeadListener none() {
    return (_, _, _) -> {};
  }
}
