package io.l7.bittorrent.dht;

import java.util.Optional;

/** A datagram that is no message of the DHT. */
final class KrpcException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Optional<Krpc.Failure> reply;

  /** One that is met with silence. */
  KrpcException(String reason) {
    super(reason);
    this.reply = Optional.empty();
  }

  /** A query that has a right to know what is wrong with it. */
  KrpcException(Krpc.Failure reply) {
    super(reply.text());
    this.reply = Optional.of(reply);
  }

  /** What is said to who sent it; only a query is answered. */
  Optional<Krpc.Failure> reply() {
    return reply;
  }
}
