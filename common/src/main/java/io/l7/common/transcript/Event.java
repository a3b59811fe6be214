package io.l7.common.transcript;

import java.net.InetSocketAddress;
import java.time.Instant;

/** One thing that happened on a connection. */
public sealed interface Event {
  /** When it happened. */
  Instant at();

  /** Which connection, as in logs: {@code smtp-17}. */
  String connection();

  /** Who spoke or acted. */
  enum Side {
    /** The side that opened the connection. */
    CLIENT,
    /** The side that accepted it. */
    SERVER
  }

  /** A connection began. {@code here} is this program's end, {@code side} which end that is. */
  record Opened(
      Instant at, String connection, Side side, InetSocketAddress here, InetSocketAddress there)
      implements Event {}

  /** Octets went over the connection in the clear text that the protocol sees. */
  record Spoke(Instant at, String connection, Side by, byte[] octets, Cover cover)
      implements Event {}

  /** How the octets of {@link Spoke} travelled. */
  enum Cover {
    /** As they are. */
    PLAIN,
    /** Inside TLS. */
    TLS
  }

  /** TLS began. */
  record Secured(Instant at, String connection, String protocol, String cipherSuite)
      implements Event {}

  /** A remark that is on no wire: a decision, a cause. */
  record Note(Instant at, String connection, String text) implements Event {}

  /** A connection ended. */
  record Closed(Instant at, String connection) implements Event {}
}
