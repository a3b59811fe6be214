package io.l7.smtp.sts;

import java.io.IOException;

/**
 * Fetches policies over HTTPS (RFC 8461 §3.3): from {@code
 * https://mta-sts.DOMAIN/.well-known/mta-sts.txt}, with a certificate that is trusted and has that
 * name, following no redirect, taking 200 with {@code text/plain} alone. Thread-safe; blocks, a
 * minute at most.
 */
@FunctionalInterface
public interface PolicyFetcher {
  /** Octets of a policy that are read; RFC 8461 §3.3 proposes so many. */
  int MOST_OCTETS = 64 << 10;

  /**
   * Fetches the policy of a domain, given in A-labels.
   *
   * @return its text, of at most {@link #MOST_OCTETS}
   * @throws IOException there is none to be had now
   */
  String fetch(String domain) throws IOException;
}
