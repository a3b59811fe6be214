package io.l7.dns.resolver;

import io.l7.common.units.AddressText;
import io.l7.dns.message.Message;
import java.net.InetAddress;
import java.time.Duration;

/**
 * The port through which the engine asks name servers. Blocking; called from any number of threads.
 * An implementation chooses source ports at random, hands up only what comes from the asked address
 * and {@link ResponseMatch fits} the question, and waits on when something else arrives.
 */
@FunctionalInterface
public interface Upstream {
  /** A server and where it is really asked, for the explanation. */
  default String whereabouts(InetAddress server) {
    return AddressText.of(server);
  }

  Exchange exchange(InetAddress server, Transport transport, Message query, Duration timeout);
}
