package io.l7.http;

import io.l7.common.net.Dialer;
import io.l7.common.net.HostResolver;
import io.l7.common.net.Network;
import io.l7.common.tls.TlsTrust;
import io.l7.common.transcript.Transcript;
import io.l7.http.client.ClientException;
import io.l7.http.client.ClientLimits;
import io.l7.http.client.ClientTimeouts;
import io.l7.http.client.Decoding;
import io.l7.http.client.FollowingClient;
import io.l7.http.client.ForwardProxy;
import io.l7.http.client.HeadListener;
import io.l7.http.client.Origin;
import io.l7.http.client.Transport;
import io.l7.http.message.FieldNames;
import io.l7.http.message.Fields;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import io.l7.http.wire.MaskedFields;
import java.net.InetAddress;
import java.util.Optional;
import java.util.function.Function;

/**
 * An HTTP/1.1 client with pooled connections. Follows redirects, takes gzip off, verifies TLS. Safe
 * for all threads; each call blocks its own.
 *
 * <pre>{@code
 * try (var client = HttpClient.builder().names(resolver).build()) {
 *   Response response = client.send(Request.get("https://example.com/"));
 *   String text = response.body().text(1 << 20);
 * }
 * }</pre>
 *
 * <p>A response's body streams from the connection: read it to its end or close it.
 */
public final class HttpClient implements AutoCloseable {
  private final Transport transport;
  private final FollowingClient following;

  private HttpClient(Builder builder) {
    Dialer dialer = builder.dialer.names(builder.names.orElse(builder.dialer.names()));
    this.transport =
        new Transport(
            dialer,
            builder.trust,
            builder.timeouts,
            builder.limits,
            builder.proxies,
            builder.heads);
    this.following =
        new FollowingClient(
            transport, builder.limits, builder.timeouts, builder.decoding, builder.defaults);
  }

  /** A client over the machine's network and resolver with the default limits. */
  public static HttpClient create() {
    return builder().build();
  }

  public static Builder builder() {
    return new Builder();
  }

  /**
   * Sends a request and returns its final answer once the header is there.
   *
   * @throws ClientException when there is no whole, unambiguous answer; a status of 400 and more is
   *     an answer
   */
  public Response send(Request request) throws ClientException {
    return following.send(request);
  }

  /** What sends the requests: no redirects, no decoding, the same pool. */
  public Transport transport() {
    return transport;
  }

  /** Closes idle connections; those in use close when their answer is read. */
  @Override
  public void close() {
    transport.close();
  }

  /** How a client is described. */
  public static final class Builder {
    private Dialer dialer = Dialer.over(Network.real());
    private Optional<HostResolver> names = Optional.empty();
    private TlsTrust trust = TlsTrust.system();
    private ClientTimeouts timeouts = ClientTimeouts.defaults();
    private ClientLimits limits = ClientLimits.defaults();
    private Function<Origin, Optional<ForwardProxy>> proxies = _ -> Optional.empty();
    private HeadListener heads = HeadListener.none();
    private Decoding decoding = Decoding.GZIP;
    private Fields defaults = Fields.of(FieldNames.USER_AGENT, "l7", FieldNames.ACCEPT, "*/*");

    private Builder() {}

    /**
     * Opens connections over this network; {@link Network#real()} otherwise. Resets {@link #from}
     * and {@link #transcript}.
     */
    public Builder network(Network network) {
      dialer = Dialer.over(network);
      return this;
    }

    /** Opens connections with this dialer. */
    public Builder dialer(Dialer given) {
      dialer = given;
      return this;
    }

    /** Resolves names by this resolver; the machine's otherwise. */
    public Builder names(HostResolver resolver) {
      names = Optional.of(resolver);
      return this;
    }

    /** Comes from this local address. */
    public Builder from(InetAddress address) {
      dialer = dialer.from(address);
      return this;
    }

    /** Records every dialogue, but for what lets somebody in. */
    public Builder transcript(Transcript sink) {
      dialer = dialer.transcript(MaskedFields.in(sink));
      return this;
    }

    /** Whom to trust; {@link TlsTrust#system()} otherwise. */
    public Builder trust(TlsTrust whom) {
      trust = whom;
      return this;
    }

    public Builder timeouts(ClientTimeouts phases) {
      timeouts = phases;
      return this;
    }

    public Builder limits(ClientLimits bounds) {
      limits = bounds;
      return this;
    }

    /** Follows at most so many redirects; 0: each one is the answer. */
    public Builder redirects(int most) {
      limits = limits.redirects(most);
      return this;
    }

    /** Goes through this proxy, whatever the origin. */
    public Builder proxy(ForwardProxy proxy) {
      proxies = _ -> Optional.of(proxy);
      return this;
    }

    /** Chooses the proxy by the origin. */
    public Builder proxies(Function<Origin, Optional<ForwardProxy>> choice) {
      proxies = choice;
      return this;
    }

    /** Who hears each answer's head, those of redirects that are followed included. */
    public Builder heads(HeadListener listener) {
      heads = listener;
      return this;
    }

    /**
     * Whether gzip is asked for and taken off; it is otherwise, for requests without
     * Accept-Encoding and Range.
     */
    public Builder decoding(Decoding which) {
      decoding = which;
      return this;
    }

    /** The {@code User-Agent} of requests that have none. */
    public Builder userAgent(String product) {
      defaults =
          product.isEmpty()
              ? defaults.without(FieldNames.USER_AGENT)
              : defaults.with(FieldNames.USER_AGENT, product);
      return this;
    }

    /** Sends no such field with requests that have none: {@code User-Agent} or {@code Accept}. */
    public Builder leavingOut(String name) {
      defaults = defaults.without(name);
      return this;
    }

    public HttpClient build() {
      return new HttpClient(this);
    }
  }
}
