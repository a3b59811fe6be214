package io.l7.smtp.client;

import io.l7.common.net.Dialer;
import io.l7.common.net.Endpoint;
import io.l7.common.tls.TlsTrust;
import io.l7.smtp.tlsrpt.TlsSessions;
import java.util.Optional;

/**
 * How mail leaves.
 *
 * @param hostname our name in EHLO
 * @param dialer opens connections, with the resolver for the hosts' addresses
 * @param mx finds the servers of a domain
 * @param port of those servers; 25
 * @param smarthost takes everything, when there is one; no MX is looked up then
 * @param credentials for the smarthost
 * @param dialect spoken to it
 * @param tls how much TLS
 * @param trust whose certificates are good, where they are verified
 * @param dane where TLSA records come from, for {@link TlsPolicy#DANE}
 * @param mtaSts which policies are kept to where neither that nor a smarthost says more
 * @param sessions is told how TLS with the servers of domains went
 */
public record RelayOptions(
    String hostname,
    Dialer dialer,
    MxResolver mx,
    int port,
    Optional<Endpoint> smarthost,
    Optional<Credentials> credentials,
    Dialect dialect,
    TlsPolicy tls,
    TlsTrust trust,
    Optional<Dane> dane,
    Optional<MtaSts> mtaSts,
    TlsSessions sessions,
    ClientTimeouts timeouts) {

  /** Opportunistic TLS to port 25. */
  public static RelayOptions of(String hostname, Dialer dialer, MxResolver mx) {
    return new RelayOptions(
        hostname,
        dialer,
        mx,
        25,
        Optional.empty(),
        Optional.empty(),
        Dialect.SMTP,
        TlsPolicy.OPPORTUNISTIC,
        TlsTrust.system(),
        Optional.empty(),
        Optional.empty(),
        TlsSessions.none(),
        ClientTimeouts.defaults());
  }

  /** To another port. */
  public RelayOptions port(int other) {
    return new RelayOptions(
        hostname,
        dialer,
        mx,
        other,
        smarthost,
        credentials,
        dialect,
        tls,
        trust,
        dane,
        mtaSts,
        sessions,
        timeouts);
  }

  /** Through a smarthost. */
  public RelayOptions smarthost(Endpoint host, Optional<Credentials> login) {
    return new RelayOptions(
        hostname,
        dialer,
        mx,
        port,
        Optional.of(host),
        login,
        dialect,
        tls,
        trust,
        dane,
        mtaSts,
        sessions,
        timeouts);
  }

  /** Logging in. */
  public RelayOptions credentials(Credentials login) {
    return new RelayOptions(
        hostname,
        dialer,
        mx,
        port,
        smarthost,
        Optional.of(login),
        dialect,
        tls,
        trust,
        dane,
        mtaSts,
        sessions,
        timeouts);
  }

  /** By LMTP. */
  public RelayOptions dialect(Dialect other) {
    return new RelayOptions(
        hostname,
        dialer,
        mx,
        port,
        smarthost,
        credentials,
        other,
        tls,
        trust,
        dane,
        mtaSts,
        sessions,
        timeouts);
  }

  /** With another policy of TLS. */
  public RelayOptions tls(TlsPolicy policy, TlsTrust trusted) {
    return new RelayOptions(
        hostname,
        dialer,
        mx,
        port,
        smarthost,
        credentials,
        dialect,
        policy,
        trusted,
        dane,
        mtaSts,
        sessions,
        timeouts);
  }

  /**
   * By what the servers' signed zones say of them; as {@link TlsPolicy#OPPORTUNISTIC} elsewhere.
   */
  public RelayOptions dane(Dane records) {
    return new RelayOptions(
        hostname,
        dialer,
        mx,
        port,
        smarthost,
        credentials,
        dialect,
        TlsPolicy.DANE,
        trust,
        Optional.of(records),
        mtaSts,
        sessions,
        timeouts);
  }

  /**
   * By the policies of those domains that have one, where TLS would be {@link
   * TlsPolicy#OPPORTUNISTIC} otherwise.
   */
  public RelayOptions mtaSts(MtaSts policies) {
    return new RelayOptions(
        hostname,
        dialer,
        mx,
        port,
        smarthost,
        credentials,
        dialect,
        tls,
        trust,
        dane,
        Optional.of(policies),
        sessions,
        timeouts);
  }

  /** Telling somebody how TLS with the servers of domains went; not with a smarthost. */
  public RelayOptions sessions(TlsSessions counted) {
    return new RelayOptions(
        hostname,
        dialer,
        mx,
        port,
        smarthost,
        credentials,
        dialect,
        tls,
        trust,
        dane,
        mtaSts,
        counted,
        timeouts);
  }

  /** Under TLS where it is offered, with whomever, and nobody is told. */
  RelayOptions undemanding() {
    return new RelayOptions(
        hostname,
        dialer,
        mx,
        port,
        smarthost,
        credentials,
        dialect,
        TlsPolicy.OPPORTUNISTIC,
        trust,
        Optional.empty(),
        Optional.empty(),
        TlsSessions.none(),
        timeouts);
  }

  /** With other patience. */
  public RelayOptions timeouts(ClientTimeouts other) {
    return new RelayOptions(
        hostname,
        dialer,
        mx,
        port,
        smarthost,
        credentials,
        dialect,
        tls,
        trust,
        dane,
        mtaSts,
        sessions,
        other);
  }
}
