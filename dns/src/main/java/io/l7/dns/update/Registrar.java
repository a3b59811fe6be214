package io.l7.dns.update;

import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.dns.message.Rcode;
import io.l7.dns.message.Rdata;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;

/**
 * Registers domains in a parent zone that is running: the delegation with its glue and DS, in one
 * update that is refused when the name is taken. Works on any server that takes RFC 2136 updates.
 */
public final class Registrar {
  private final UpdateClient client;
  private final Name parent;
  private final long ttl;

  /**
   * A registrar of one parent zone.
   *
   * @param ttl seconds of the records it makes
   */
  public Registrar(UpdateClient client, Name parent, long ttl) {
    this.client = client;
    this.parent = parent;
    this.ttl = ttl;
  }

  /**
   * A delegation.
   *
   * @param servers name servers with the addresses that become glue; those outside the parent zone
   *     need none
   * @param ds data of DS records; none for an unsigned child
   */
  public record Delegation(Name domain, Map<Name, List<InetAddress>> servers, List<Rdata> ds) {
    public Delegation {
      servers = Map.copyOf(servers);
      ds = List.copyOf(ds);
      if (servers.isEmpty()) {
        throw new IllegalArgumentException("a delegation needs a name server");
      }
    }
  }

  /** Adds a delegation; YXRRSET when the domain is taken. */
  public Rcode add(Delegation delegation) throws IOException {
    check(delegation);
    var request = new UpdateClient.Request(parent).ifMissing(delegation.domain, RRType.NS);
    delegation.servers.forEach(
        (server, addresses) -> {
          request.add(delegation.domain, RRType.NS, ttl, Rdata.name(server));
          if (server.isSubdomainOf(parent)) {
            for (InetAddress address : addresses) {
              RRType type = address.getAddress().length == 4 ? RRType.A : RRType.AAAA;
              request.add(server, type, ttl, Rdata.address(address));
            }
          }
        });
    delegation.ds.forEach(ds -> request.add(delegation.domain, RRType.DS, ttl, ds));
    return client.send(request);
  }

  private void check(Delegation delegation) {
    if (!delegation.domain.isBelow(parent)) {
      throw new IllegalArgumentException(delegation.domain + " does not lie below " + parent);
    }
    delegation.servers.forEach(
        (server, addresses) -> {
          if (server.isSubdomainOf(delegation.domain) && addresses.isEmpty()) {
            throw new IllegalArgumentException(
                server + " lies in " + delegation.domain + " and needs glue");
          }
        });
  }

  /**
   * Takes a delegation away, with the glue of these name servers; NXRRSET when there is none.
   *
   * @param glue name servers below the domain
   */
  public Rcode remove(Name domain, List<Name> glue) throws IOException {
    var request = new UpdateClient.Request(parent).ifExists(domain, RRType.NS);
    request.delete(domain, RRType.NS).delete(domain, RRType.DS);
    for (Name server : glue) {
      if (server.isSubdomainOf(domain)) {
        request.delete(server, RRType.A).delete(server, RRType.AAAA);
      }
    }
    return client.send(request);
  }

  /** Puts other DS data in the place of the domain's; an empty list makes it unsigned. */
  public Rcode replaceDs(Name domain, List<Rdata> ds) throws IOException {
    var request =
        new UpdateClient.Request(parent).ifExists(domain, RRType.NS).delete(domain, RRType.DS);
    ds.forEach(data -> request.add(domain, RRType.DS, ttl, data));
    return client.send(request);
  }
}
