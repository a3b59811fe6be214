package io.l7.dns.authority;

import io.l7.dns.message.Name;

/** The side of a name server that answers from its own zones. Safe for use by many threads. */
public interface Authority {
  /**
   * Answers one message as it came from the wire. Queries are answered on the caller's thread
   * without blocking; UPDATE, NOTIFY and transfers may block, and say so by {@link
   * Outcome.Deferred} and {@link Outcome.Transfer}.
   */
  Outcome answer(Request request);

  /**
   * Writes an answer that is ready into {@code out}, without parsing and without an object; returns
   * its octets, or 0 when {@link #answer} must be asked.
   */
  default int ready(byte[] query, int length, Request.Transport transport, byte[] out) {
    return 0;
  }

  /** True when a name lies in a zone served here, so that recursion must not be asked for it. */
  boolean serves(Name name);

  /** The authority of a server without zones. */
  static Authority none() {
    return new Authority() {
      @Override
      public Outcome answer(Request request) {
        return new Outcome.NotOurs();
      }

      @Override
      public boolean serves(Name name) {
        return false;
      }
    };
  }
}
