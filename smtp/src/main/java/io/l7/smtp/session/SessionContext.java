package io.l7.smtp.session;

import io.l7.common.net.Cidr;
import io.l7.common.tls.TlsIdentity;
import io.l7.smtp.auth.Authenticator;
import io.l7.smtp.auth.LoginBrake;
import io.l7.smtp.policy.Doors;
import io.l7.smtp.policy.RateLimits;
import io.l7.smtp.policy.Recipients;
import io.l7.smtp.protocol.SmtpLimits;
import java.net.InetAddress;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * What all sessions of a server share.
 *
 * @param hostname our name in greetings and trace fields
 * @param tls who we are, when there is TLS
 * @param relayNets addresses that may relay without authenticating
 */
public record SessionContext(
    String hostname,
    SmtpLimits limits,
    Optional<TlsIdentity> tls,
    Authenticator authenticator,
    LoginBrake brake,
    Recipients recipients,
    List<Cidr> relayNets,
    RateLimits rates,
    MailDrop drop,
    InstantSource clock,
    FaultScript faults,
    Doors doors,
    SessionCounters counters) {
  public SessionContext {
    relayNets = List.copyOf(relayNets);
  }

  boolean mayRelay(InetAddress client, boolean authenticated) {
    return authenticated || Cidr.anyContains(relayNets, client);
  }
}
