package io.l7.http;

import io.l7.common.metrics.Metrics;
import io.l7.common.net.Cidr;
import io.l7.common.net.ConnectionLimits;
import io.l7.common.net.Endpoint;
import io.l7.common.net.Listener;
import io.l7.common.net.Network;
import io.l7.common.net.TcpServer;
import io.l7.common.tls.TlsIdentity;
import io.l7.common.transcript.Transcript;
import io.l7.http.h2.Http2Limits;
import io.l7.http.message.Handler;
import io.l7.http.message.Response;
import io.l7.http.message.Status;
import io.l7.http.server.AccessLog;
import io.l7.http.server.ServerSettings;
import io.l7.http.wire.HttpLimits;
import io.l7.http.wire.MaskedFields;
import io.l7.http.wire.Violation;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A server of HTTP/1.1 and HTTP/2 (RFC 9110, 9112, 9113): one virtual thread a connection, one more
 * for each request over HTTP/2, strict parsing, safe limits. Many may live in one process.
 *
 * <pre>{@code
 * try (var server = HttpServer.builder()
 *     .listen(Endpoint.parse("127.0.0.1:0"))
 *     .handler(request -> Response.text("Hello\n"))
 *     .start()) {
 *   System.out.println(server.address());
 * }
 * }</pre>
 */
public final class HttpServer implements AutoCloseable {
  private static final Endpoint ANY_PORT = new Endpoint("127.0.0.1", 0);

  private final TcpServer tcp;
  private volatile Handler handler;

  private HttpServer(Builder builder) throws IOException {
    handler = builder.handler;
    var settings =
        new ServerSettings(
            this::handler,
            builder.limits,
            builder.http2,
            Set.copyOf(builder.waived),
            List.copyOf(builder.proxies),
            builder.accessLog,
            builder.metrics,
            builder.clock);
    var server =
        TcpServer.named("http")
            .network(builder.network)
            .limits(builder.connections.idle(builder.limits.idleTime()))
            .transcript(builder.transcript)
            .metrics(builder.metrics);
    builder.listeners.forEach(listener -> server.listen(builder.offered(listener)));
    tcp = server.start(new ConnectionLoop(settings));
  }

  public static Builder builder() {
    return new Builder();
  }

  private Handler handler() {
    return handler;
  }

  /** Answers all further requests by another handler; requests in hand and connections live on. */
  public void replace(Handler next) {
    handler = next;
  }

  /** Where it listens, in the order of the listeners, with the ports it got. */
  public List<InetSocketAddress> addresses() {
    return tcp.addresses();
  }

  /** The address of the first listener. */
  public InetSocketAddress address() {
    return tcp.address();
  }

  /** Stops accepting, lets answers in hand end for up to this long, then closes what is left. */
  public void drain(Duration limit) {
    tcp.drain(limit);
  }

  /** Closes at once. */
  @Override
  public void close() {
    tcp.close();
  }

  /** Describes a server; for one thread. */
  public static final class Builder {
    private final List<Listener> listeners = new ArrayList<>();
    private final List<Cidr> proxies = new ArrayList<>();
    private final Set<Violation> waived = EnumSet.noneOf(Violation.class);
    private Handler handler = request -> Response.error(Status.NOT_FOUND);
    private HttpLimits limits = HttpLimits.DEFAULTS;
    private Optional<Http2Limits> http2 = Optional.of(Http2Limits.DEFAULTS);
    private ConnectionLimits connections = ConnectionLimits.defaults();
    private AccessLog accessLog = AccessLog.NONE;
    private Metrics metrics = new Metrics();
    private Transcript transcript = Transcript.none();
    private Network network = Network.real();
    private InstantSource clock = InstantSource.system();

    private Builder() {}

    /** Listens here without TLS; port 0 takes a free one. May be called more than once. */
    public Builder listen(Endpoint endpoint) {
      return listen(Listener.tcp(endpoint));
    }

    /** Listens here with TLS; by ALPN it speaks {@code h2} or {@code http/1.1} (RFC 7301). */
    public Builder listen(Endpoint endpoint, TlsIdentity identity) {
      return listen(Listener.tls(endpoint, identity));
    }

    /** Listens as described, with the PROXY protocol for one; what ALPN offers is decided here. */
    public Builder listen(Listener listener) {
      listeners.add(listener);
      return this;
    }

    /** What answers; 404 to everything without one. */
    public Builder handler(Handler value) {
      handler = value;
      return this;
    }

    public Builder limits(HttpLimits value) {
      limits = value;
      return this;
    }

    /** The limits of HTTP/2. */
    public Builder http2(Http2Limits value) {
      http2 = Optional.of(value);
      return this;
    }

    /** Speaks HTTP/1.1 alone. */
    public Builder withoutHttp2() {
      http2 = Optional.empty();
      return this;
    }

    private Listener offered(Listener listener) {
      return listener
          .tls()
          .map(
              identity ->
                  http2.isPresent() ? identity.alpn("h2", "http/1.1") : identity.alpn("http/1.1"))
          .map(
              identity ->
                  Listener.tls(listener.endpoint(), identity).proxyProtocol(listener.proxies()))
          .orElse(listener);
    }

    /** How many connections, in all and from one address. */
    public Builder connections(ConnectionLimits value) {
      connections = value;
      return this;
    }

    /** Lets a violation pass that the standard allows to repair. */
    public Builder waive(Violation violation) {
      waived.add(violation);
      return this;
    }

    /**
     * Believes what proxies at these addresses say about their clients ({@code Forwarded}, {@code
     * X-Forwarded-*}).
     */
    public Builder trust(Cidr addresses) {
      proxies.add(addresses);
      return this;
    }

    public Builder accessLog(AccessLog value) {
      accessLog = value;
      return this;
    }

    public Builder metrics(Metrics value) {
      metrics = value;
      return this;
    }

    /** Records every dialogue, but for what lets somebody in. */
    public Builder transcript(Transcript value) {
      transcript = MaskedFields.in(value);
      return this;
    }

    public Builder network(Network value) {
      network = value;
      return this;
    }

    /** The clock of the Date field and the access log. */
    public Builder clock(InstantSource value) {
      clock = value;
      return this;
    }

    /**
     * Binds and serves; where nothing was said about where, on a free port of 127.0.0.1.
     *
     * @throws IOException where an address cannot be bound
     */
    public HttpServer start() throws IOException {
      if (listeners.isEmpty()) listen(ANY_PORT);
      return new HttpServer(this);
    }
  }
}
