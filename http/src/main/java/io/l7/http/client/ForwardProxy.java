package io.l7.http.client;

import io.l7.common.net.Endpoint;
import io.l7.http.message.HostPort;
import io.l7.http.semantics.BasicCredentials;
import java.net.URI;
import java.util.Optional;

/**
 * A proxy on the way to the origin: {@code http} requests are given to it whole, for {@code https}
 * it is asked for a tunnel by CONNECT (RFC 9110 §9.3.6).
 *
 * @param endpoint where it listens
 * @param authorization the value of {@code Proxy-Authorization}
 */
public record ForwardProxy(Endpoint endpoint, Optional<String> authorization) {
  /** A proxy as people write it: {@code http://user:password@host:3128} or {@code host:3128}. */
  public static ForwardProxy parse(String text) {
    URI uri = URI.create(text.contains("://") ? text : "http://" + text);
    HostPort listens = HostPort.of(uri).orElse(null);
    if (!"http".equals(uri.getScheme()) || listens == null) {
      throw new IllegalArgumentException("a proxy is http://HOST:PORT: " + text);
    }
    String host = listens.host().replace("[", "").replace("]", "");
    return new ForwardProxy(
        new Endpoint(host, listens.port() < 0 ? 80 : listens.port()),
        HostPort.login(uri).map(BasicCredentials::field));
  }
}
