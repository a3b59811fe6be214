package io.l7.common.net;

import java.net.InetAddress;
import java.util.Optional;

/** The text of a host as the address that it may be; no name server is ever asked about it. */
public final class AddressLiteral {
  private AddressLiteral() {}

  /**
   * The address that {@code host} is, with or without the brackets that URLs put around IPv6; empty
   * for a name, and for what is neither. All forms count that a socket would take, such as 127.1.
   */
  public static Optional<InetAddress> of(String host) {
    try {
      return Optional.of(InetAddress.ofLiteral(host));
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }
}
