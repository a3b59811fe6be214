package io.l7.dns.resolver;

import io.l7.dns.message.Name;
import java.net.InetAddress;
import java.util.List;

/**
 * A part of the tree that is asked of configured servers.
 *
 * @param fallback whether normal resolution follows when they fail
 * @param names servers given by name
 */
public record ConfiguredZone(
    Name zone,
    Kind kind,
    List<InetAddress> addresses,
    List<Name> names,
    Fallback fallback,
    Caching caching) {
  /** What the servers are. */
  public enum Kind {
    STUB,
    FORWARD
  }

  /** What follows a failure. */
  public enum Fallback {
    NONE,
    ITERATION
  }

  /** Whether answers are kept. */
  public enum Caching {
    KEPT,
    NOT_KEPT
  }

  public ConfiguredZone {
    addresses = List.copyOf(addresses);
    names = List.copyOf(names);
  }

  public static ConfiguredZone forward(Name zone, List<InetAddress> addresses) {
    return new ConfiguredZone(
        zone, Kind.FORWARD, addresses, List.of(), Fallback.NONE, Caching.KEPT);
  }

  public static ConfiguredZone stub(Name zone, List<InetAddress> addresses) {
    return new ConfiguredZone(zone, Kind.STUB, addresses, List.of(), Fallback.NONE, Caching.KEPT);
  }
}
