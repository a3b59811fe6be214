package io.l7.dns.routing;

import io.l7.common.net.Endpoint;

/** How a member's health is told. */
public sealed interface HealthCheck {
  /** Where to connect. */
  Endpoint target();

  /** It is up when a connection opens. */
  record Tcp(Endpoint target) implements HealthCheck {}

  /** It is up when a GET of the path gets a status of 200 to 399. */
  record Http(Endpoint target, String host, String path) implements HealthCheck {}
}
