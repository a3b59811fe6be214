package io.l7.http.client;

import io.l7.common.framing.WireException;
import io.l7.common.net.Connection;
import io.l7.common.net.Dialer;
import io.l7.common.net.HostResolver;
import io.l7.common.tls.TlsTrust;
import io.l7.http.message.FieldNames;
import io.l7.http.message.Fields;
import io.l7.http.message.Method;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import javax.net.ssl.SSLException;

/**
 * One request over one connection, kept or new: what client and reverse proxy have in common. The
 * message is sent as it is but for its framing: no redirects, no decoding. Safe for all threads.
 */
public final class Transport implements AutoCloseable {
  private final Dialer dialer;
  private final TlsTrust trust;
  private final ClientTimeouts timeouts;
  private final ClientLimits limits;
  private final Function<Origin, Optional<ForwardProxy>> proxies;
  private final HeadListener heads;
  private final ConnectionPool pool;

  /**
   * A transport with a pool of its own.
   *
   * @param proxies which proxy leads to an origin
   * @param heads hears each answer's head
   */
  public Transport(
      Dialer dialer,
      TlsTrust trust,
      ClientTimeouts timeouts,
      ClientLimits limits,
      Function<Origin, Optional<ForwardProxy>> proxies,
      HeadListener heads) {
    this.dialer = dialer.connectTimeout(timeouts.connect());
    this.trust = trust.alpn("http/1.1");
    this.timeouts = timeouts;
    this.limits = limits;
    this.proxies = proxies;
    this.heads = heads;
    this.pool = new ConnectionPool(limits);
  }

  /**
   * Sends a request and returns its final answer once the header is there; the content arrives
   * while it is read. Interim answers go to the request's exchange. The answer's body must be read
   * to its end or closed.
   *
   * <p>Where a kept connection turns out to be closed, the request is sent once more on a new one,
   * if it is idempotent and its content can be sent again (RFC 9112 §9.3.1).
   */
  public Response send(Request request) throws ClientException {
    return send(request, Budget.of(timeouts.total()));
  }

  /** The same within this time in all, content included. */
  public Response send(Request request, Duration total) throws ClientException {
    return send(request, Budget.of(total));
  }

  Response send(Request request, Budget budget) throws ClientException {
    Origin origin;
    try {
      origin = Origin.of(request);
    } catch (IllegalArgumentException e) {
      throw new ClientException.NoConnection(ClientException.words(e), e);
    }
    var route = new Route(origin, proxies.apply(origin));
    boolean repeatable = isRepeatable(request);
    Optional<ClientConnection> kept =
        pool.take(route, repeatable ? limits.idle() : limits.staleAfter());
    if (kept.isPresent()) {
      try {
        return exchange(kept.get(), request, budget);
      } catch (ClientException.BrokenOff e) {
        if (!repeatable || !(e.getCause() instanceof Unanswered)) {
          throw e;
        }
      }
    }
    return exchange(open(route, budget), request, budget);
  }

  /** Whether sending twice does no harm and is possible. */
  public static boolean isRepeatable(Request request) {
    return request.method().isIdempotent() && request.body().isRepeatable();
  }

  private Response exchange(ClientConnection connection, Request request, Budget budget)
      throws ClientException {
    try {
      return connection.exchange(request, budget);
    } catch (ResponseParser.Silence e) {
      connection.close();
      throw new ClientException.BrokenOff(ClientException.words(e), new Unanswered(e));
    } catch (ClientException e) {
      connection.close();
      // A reset instead of an end of the stream: the server closed while our request was on its
      // way.
      if (connection.isReused()
          && e instanceof ClientException.BrokenOff
          && e.getCause() instanceof java.net.SocketException) {
        throw new ClientException.BrokenOff(ClientException.words(e), new Unanswered(e));
      }
      throw e;
    } catch (IOException e) {
      connection.close();
      ClientException explained = ResponseStream.explained(e);
      if (connection.isReused() && explained instanceof ClientException.BrokenOff) {
        throw new ClientException.BrokenOff(ClientException.words(explained), new Unanswered(e));
      }
      throw explained;
    } catch (RuntimeException e) {
      connection.close();
      throw e;
    }
  }

  /** Marks a failure before the first byte of an answer. */
  private static final class Unanswered extends IOException {
    private static final long serialVersionUID = 1L;

    Unanswered(Throwable cause) {
      super(cause.getMessage(), cause);
    }
  }

  private ClientConnection open(Route route, Budget budget) throws ClientException {
    Origin origin = route.origin();
    Connection wire = null;
    try {
      wire =
          dialer
              .connectTimeout(budget.phase(timeouts.connect()))
              .dial(route.proxy().map(ForwardProxy::endpoint).orElse(origin.endpoint()));
      if (origin.isSecure()) {
        if (route.proxy().isPresent()) {
          tunnel(wire, route, budget);
        }
        wire.deadline(budget.phase(timeouts.tls()), "the TLS handshake with " + origin.endpoint());
        wire.startTls(trust, origin.endpoint().host());
        wire.clearDeadline();
      }
      return new ClientConnection(wire, route, pool, limits, timeouts, heads);
    } catch (IOException e) {
      if (wire != null) {
        wire.close();
      }
      throw noConnection(route, e);
    }
  }

  private static ClientException noConnection(Route route, IOException e) {
    String where =
        route.proxy().map(p -> "proxy " + p.endpoint()).orElse(route.origin().toString());
    return switch (e) {
      case ClientException ours -> ours;
      case UnknownHostException _ ->
          new ClientException.NoConnection(
              "cannot resolve "
                  + route
                      .proxy()
                      .map(p -> p.endpoint().host())
                      .orElse(route.origin().endpoint().host()),
              e);
      case SocketTimeoutException _ ->
          new ClientException.TimedOut("no connection to " + where + " in time", e);
      case WireException.TimedOut _ -> new ClientException.TimedOut(ClientException.words(e), e);
      case SSLException _ ->
          new ClientException.NoConnection(
              "TLS with "
                  + route.origin().endpoint()
                  + ": "
                  + TlsFault.of(e).map(TlsFault::words).orElseGet(() -> ClientException.words(e)),
              e);
      default ->
          new ClientException.NoConnection(
              "cannot connect to " + where + ": " + ClientException.words(e), e);
    };
  }

  // RFC 9110 §9.3.6.
  private void tunnel(Connection wire, Route route, Budget budget) throws IOException {
    ForwardProxy proxy = route.proxy().orElseThrow();
    String authority = route.origin().authority();
    var connect =
        new StringBuilder("CONNECT " + authority + " HTTP/1.1\r\nHost: " + authority + "\r\n");
    proxy
        .authorization()
        .ifPresent(
            value ->
                connect
                    .append(FieldNames.PROXY_AUTHORIZATION + ": ")
                    .append(Fields.of("X", value).value(0))
                    .append("\r\n"));
    wire.deadline(budget.phase(timeouts.connect()), "proxy " + proxy.endpoint() + " to connect");
    wire.out().latin1(connect.append("\r\n").toString());
    wire.out().flush();
    ResponseHead head = new ResponseParser(limits).read(wire.in());
    heads.head(head.version(), head.status(), head.fields());
    if (!head.status().isSuccess()) {
      throw new ClientException.BadResponse(
          "proxy "
              + proxy.endpoint()
              + " answered "
              + head.status()
              + " to "
              + Method.CONNECT
              + " "
              + authority);
    }
  }

  /** Closes the connections to a host that are idle: the next request looks its name up again. */
  public void dropIdle(String host) {
    pool.drop(host.toLowerCase(Locale.ROOT));
  }

  /** How names become addresses. */
  public HostResolver names() {
    return dialer.names();
  }

  /** How many connections are kept idle now. */
  public int idleConnections() {
    return pool.size();
  }

  /** To how many origins connections are kept idle now. */
  int idleOrigins() {
    return pool.routes();
  }

  /** The time limit for a phase of a request: how long to wait for an answer's header. */
  public Duration firstByteTimeout() {
    return timeouts.firstByte();
  }

  @Override
  public void close() {
    pool.close();
  }
}
