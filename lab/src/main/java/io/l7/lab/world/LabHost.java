package io.l7.lab.world;

import io.l7.common.net.Endpoint;
import io.l7.common.net.Network;
import java.net.InetAddress;

/**
 * A host of the lab: a name, an address of its own, and the network as it sees it.
 *
 * @param name a host name without the dot at the end
 * @param network sends from the address over the lab's links
 */
public record LabHost(String name, InetAddress address, Role role, Network network) {
  /** A port of this host. */
  public Endpoint at(int port) {
    return new Endpoint(address.getHostAddress(), port);
  }

  @Override
  public String toString() {
    return name + " (" + address.getHostAddress() + ")";
  }
}
