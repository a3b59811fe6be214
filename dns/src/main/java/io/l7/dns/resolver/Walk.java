package io.l7.dns.resolver;

import io.l7.dns.budget.ResolutionFailure;
import io.l7.dns.cache.DnsCache;
import io.l7.dns.message.Question;
import java.net.InetAddress;
import java.util.Set;

/** Walks down the tree of name servers for a question, past those that are to be avoided. */
final class Walk {
  private final ResolverConfig config;
  private final DnsCache cache;
  private final Clocks clocks;
  private final Delegations delegations;
  private final ServerTable servers;
  private final Courier courier;
  private final Priming priming;

  Walk(
      ResolverConfig config,
      DnsCache cache,
      Clocks clocks,
      Delegations delegations,
      ServerTable servers,
      Courier courier) {
    this.config = config;
    this.cache = cache;
    this.clocks = clocks;
    this.delegations = delegations;
    this.servers = servers;
    this.courier = courier;
    this.priming = new Priming(config, cache, delegations, clocks);
  }

  Iteration.Result run(
      Question question,
      Context context,
      Set<InetAddress> avoided,
      Interrogation.AddressLookup lookup)
      throws ResolutionFailure {
    var interrogation =
        new Interrogation(courier, delegations, servers, config.limits(), lookup, clocks, avoided);
    return new Iteration(
            config,
            delegations,
            cache,
            interrogation,
            clocks,
            root -> priming.root(root, interrogation))
        .run(question, context);
  }

  /** Whether somebody else could be asked than who gave a result. */
  boolean hasOther(Iteration.Result result, Set<InetAddress> avoided) {
    return result.point().servers().stream()
        .anyMatch(
            server ->
                server.addresses().isEmpty()
                    || server.addresses().stream()
                        .anyMatch(
                            address ->
                                !address.equals(result.server())
                                    && !avoided.contains(address)
                                    && delegations.mayAsk(address)));
  }
}
