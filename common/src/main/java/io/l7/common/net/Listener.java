package io.l7.common.net;

import io.l7.common.tls.TlsIdentity;
import java.util.List;
import java.util.Optional;

/**
 * One address to listen on and what comes before the first octet of the protocol.
 *
 * @param endpoint where; port 0 takes any free one
 * @param tls the identity when TLS begins at once; STARTTLS is the session's own affair
 * @param proxies from whom a PROXY header is demanded; empty: from nobody, and one is not
 *     understood
 */
public record Listener(Endpoint endpoint, Optional<TlsIdentity> tls, List<Cidr> proxies) {
  public Listener {
    proxies = List.copyOf(proxies);
  }

  /** Listens in the clear. */
  public static Listener tcp(Endpoint endpoint) {
    return new Listener(endpoint, Optional.empty(), List.of());
  }

  /** Listens for TLS. */
  public static Listener tls(Endpoint endpoint, TlsIdentity identity) {
    return new Listener(endpoint, Optional.of(identity), List.of());
  }

  /** The same, with a PROXY header (v1 or v2) demanded from {@code trusted} addresses. */
  public Listener proxyProtocol(List<Cidr> trusted) {
    return new Listener(endpoint, tls, trusted);
  }
}
