package io.l7.smtp.dane;

import io.l7.common.net.Endpoint;

/** Finds the TLSA records of servers. Thread-safe; blocks. */
@FunctionalInterface
public interface TlsaResolver {
  /** Looks a server up, given by a name. */
  TlsaAnswer lookup(Endpoint server);
}
