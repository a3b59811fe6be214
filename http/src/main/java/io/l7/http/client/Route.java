package io.l7.http.client;

import java.util.Optional;

/** How an origin is reached: connections with the same route are interchangeable. */
record Route(Origin origin, Optional<ForwardProxy> proxy) {
  /** Whether requests go to the proxy in absolute form, with no tunnel. */
  boolean isAbsoluteForm() {
    return proxy.isPresent() && !origin.isSecure();
  }
}
