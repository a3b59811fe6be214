package io.l7.dns.authority;

import java.net.InetSocketAddress;

/**
 * One message from the wire.
 *
 * @param wire holds the message in its first {@code length} octets; it is read before {@link
 *     Authority#answer} returns, and copied by what runs later
 */
public record Request(byte[] wire, int length, InetSocketAddress client, Transport transport) {
  /**
   * How the message came, which bounds the answer's size and decides whether a transfer is
   * possible.
   */
  public enum Transport {
    UDP,
    /** TCP: it keeps order and has no small limit. */
    STREAM,
    /** TLS and HTTPS: a stream that nobody else can read. */
    ENCRYPTED
  }
}
