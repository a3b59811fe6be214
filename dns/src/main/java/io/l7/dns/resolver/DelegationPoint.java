package io.l7.dns.resolver;

import io.l7.common.units.AddressText;
import io.l7.dns.message.Name;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * A zone and the servers to ask about what lies in it.
 *
 * @param kind where the servers come from, which decides how they are asked
 */
public record DelegationPoint(Name zone, List<NameServer> servers, Kind kind) {
  /** Where a delegation point comes from. */
  public enum Kind {
    /** The root hints. */
    HINTS,
    /** NS records. */
    DELEGATION,
    /** Configured authoritative servers. */
    STUB,
    /** Configured resolvers, asked with RD set. */
    FORWARD
  }

  /**
   * One server.
   *
   * @param name absent when only addresses were configured
   * @param addresses those known so far
   */
  public record NameServer(Optional<Name> name, List<InetAddress> addresses) {
    public NameServer {
      addresses = List.copyOf(addresses);
    }

    static NameServer named(Name name, List<InetAddress> addresses) {
      return new NameServer(Optional.of(name), addresses);
    }
  }

  public DelegationPoint {
    servers = List.copyOf(servers);
  }

  public boolean isForward() {
    return kind == Kind.FORWARD;
  }

  @Override
  public String toString() {
    var text = new StringBuilder(zone.toString());
    text.append(" by ");
    String separator = "";
    for (NameServer server : servers) {
      text.append(separator).append(server.name().map(Name::toString).orElse(""));
      for (InetAddress address : server.addresses()) {
        text.append(server.name().isPresent() ? "=" : "").append(AddressText.of(address));
      }
      separator = ", ";
    }
    return text.toString();
  }
}
