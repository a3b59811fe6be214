package io.l7.smtp.client;

import io.l7.common.net.Endpoint;

/**
 * A server to talk to.
 *
 * @param domain whose mail it takes; its own name where nobody asked DNS for it
 * @param origin how far its name can be trusted to be the right one
 */
record Hop(Endpoint server, String domain, MxAnswer.Origin origin) {
  /** One that was configured, and so is right. */
  static Hop of(Endpoint server) {
    return new Hop(server, server.host(), MxAnswer.Origin.PROVEN);
  }
}
