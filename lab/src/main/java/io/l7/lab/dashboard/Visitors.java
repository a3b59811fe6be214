package io.l7.lab.dashboard;

import io.l7.common.net.AddressLiteral;
import io.l7.http.message.Method;
import io.l7.http.message.Request;
import java.util.Locale;
import java.util.Optional;

/**
 * Whom the page is for: who opened it. A page of somebody else in the same browser can send
 * requests here too, and could read the answers under a name of its own that leads to this address.
 */
final class Visitors {
  private final String name;

  /** Visitors of a page that is served at an address, or under this name. */
  Visitors(String name) {
    this.name = name.toLowerCase(Locale.ROOT);
  }

  /** Why a request is not answered; empty when it is. */
  Optional<String> refusal(Request request) {
    var host = request.authority();
    if (!isOurs(request.host())) return Optional.of("this page is not called " + host);
    if (!request.method().equals(Method.POST)) return Optional.empty();
    var from = request.field("Origin");
    return from.isEmpty() || from.get().equalsIgnoreCase("http://" + host)
        ? Optional.empty()
        : Optional.of("a button of another page");
  }

  /** An address, which no other page can have for its name, or localhost, which none is given. */
  private boolean isOurs(String host) {
    if (host.equals(name) || host.equals("localhost") || host.endsWith(".localhost")) return true;
    return AddressLiteral.of(host).isPresent();
  }
}
