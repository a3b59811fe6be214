package io.l7.common.net;

import java.io.IOException;
import java.net.InetSocketAddress;

/**
 * Datagrams that arrived together, and the answers that leave together. One thread uses it; an
 * index is good until the next {@link #receive}.
 */
public interface DatagramBurst extends AutoCloseable {
  /** Sends what is queued, then waits for datagrams; returns how many came, at least one. */
  int receive() throws IOException;

  /** Copies a datagram; returns its length. A longer one than the array is cut. */
  int copy(int index, byte[] target);

  /** Who sent it, if that can be believed. */
  InetSocketAddress from(int index);

  /** The sender's address, upper half of {@link AddressBits}. Allocates nothing if it can. */
  long fromUpper(int index);

  /** The sender's address, lower half of {@link AddressBits}. */
  long fromLower(int index);

  /** Queues an answer to the sender of a datagram. It may be lost without an error. */
  void reply(int index, byte[] source, int offset, int length) throws IOException;

  /** Sends what is queued. */
  void flush() throws IOException;

  @Override
  void close();
}
