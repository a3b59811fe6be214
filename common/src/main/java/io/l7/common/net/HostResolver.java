package io.l7.common.net;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;

/** How names become addresses. The dns module supplies one that walks from the root. */
@FunctionalInterface
public interface HostResolver {
  /**
   * The addresses of {@code host}, in the order to try them, at least one.
   *
   * @throws UnknownHostException there is none, or none could be learned
   */
  List<InetAddress> resolve(String host) throws UnknownHostException;

  /** The machine's own resolver. */
  static HostResolver system() {
    return host -> List.of(InetAddress.getAllByName(host));
  }
}
