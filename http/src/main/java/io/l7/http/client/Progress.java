package io.l7.http.client;

import java.util.OptionalLong;

/**
 * Hears how a download goes on. Called by the thread that reads, after each read; must be quick.
 */
@FunctionalInterface
public interface Progress {
  /**
   * Called with the state so far.
   *
   * @param received bytes there now, those of an earlier attempt included
   * @param total bytes in all, where the server says so
   */
  void at(long received, OptionalLong total);

  /** Hears nothing. */
  static Progress none() {
    return (_, _) -> {};
  }
}
