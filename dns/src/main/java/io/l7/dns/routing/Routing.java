package io.l7.dns.routing;

import io.l7.dns.message.Edns;
import io.l7.dns.message.RRset;
import io.l7.dns.zone.Zone;
import java.net.InetAddress;
import java.util.Optional;

/** The choices made for one query. Not for several threads. */
public final class Routing {
  private final Router router;
  private final Zone zone;
  private final InetAddress client;
  private final Optional<ClientSubnet> subnet;
  private boolean chose;
  private int scope;

  Routing(Router router, Zone zone, InetAddress sender, Optional<ClientSubnet> subnet) {
    this.router = router;
    this.zone = zone;
    this.client = subnet.filter(s -> s.sourceBits() > 0).map(ClientSubnet::address).orElse(sender);
    this.subnet = subnet;
  }

  /** What becomes of a set on its way into the answer. */
  public RRset of(RRset set) {
    Optional<RoutedSet> routed = router.routed(set);
    if (routed.isEmpty()) {
      return set;
    }
    chose = true;
    scope = Math.max(scope, routed.get().scope(client));
    return router.chosen(zone, set, routed.get(), client);
  }

  /** True when the answer may be another one for the next client, or a moment later. */
  public boolean hasChosen() {
    return chose;
  }

  /**
   * The EDNS of the answer, once it is made: with the client subnet option when the query had it,
   * and the bits of it that the choices depended on (RFC 7871 §7.2.1).
   */
  public Edns edns(Edns own) {
    return subnet.map(s -> own.withOption(s.answer(s.sourceBits() == 0 ? 0 : scope))).orElse(own);
  }
}
