package io.l7.lab.world;

import io.l7.common.link.LinkedNetwork;
import io.l7.common.link.Links;
import io.l7.common.net.Network;
import java.net.InetAddress;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** All hosts of a lab, in the order of their making. Safe for all threads. */
public final class Hosts {
  private final Slice slice;
  private final Network network;
  private final Links links;
  private final Map<String, LabHost> byName = new LinkedHashMap<>();

  /** No hosts yet; they will send over {@code links} on {@code network}. */
  public Hosts(Slice slice, Network network, Links links) {
    this.slice = slice;
    this.network = network;
    this.links = links;
  }

  /** The host of that name, made with the next address when there is none yet. */
  public synchronized LabHost make(String name, Role role) {
    return byName.computeIfAbsent(name, n -> create(n, role));
  }

  private LabHost create(String name, Role role) {
    var address = slice.nextAddress();
    return new LabHost(name, address, role, new LinkedNetwork(network, address, links));
  }

  /** The host of that name. */
  public synchronized Optional<LabHost> find(String name) {
    return Optional.ofNullable(byName.get(name));
  }

  /** The host at that address. */
  public synchronized Optional<LabHost> at(InetAddress address) {
    return byName.values().stream().filter(host -> host.address().equals(address)).findFirst();
  }

  /** All of them. */
  public synchronized Collection<LabHost> all() {
    return java.util.List.copyOf(byName.values());
  }
}
