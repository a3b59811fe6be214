package io.l7.dns.service;

import io.l7.dns.message.Name;
import io.l7.dns.policy.PolicySet;
import io.l7.dns.resolver.RecursiveEngine;
import java.net.InetAddress;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** What the resolver knows about one name of a chain; name servers out of its cache alone. */
record ChainEvidence(
    RecursiveEngine engine, Name name, Optional<InetAddress> client, List<InetAddress> addresses)
    implements PolicySet.Evidence {
  @Override
  public Collection<Name> serverNames() {
    return engine.knownServers(name);
  }

  @Override
  public Collection<InetAddress> serverAddresses() {
    return engine.knownServers(name).stream()
        .flatMap(server -> engine.knownAddresses(server).stream())
        .toList();
  }
}
