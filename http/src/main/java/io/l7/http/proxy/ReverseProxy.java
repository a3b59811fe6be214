package io.l7.http.proxy;

import io.l7.common.metrics.Metrics;
import io.l7.common.time.Scheduler;
import io.l7.http.client.ClientException;
import io.l7.http.client.Transport;
import io.l7.http.message.Body;
import io.l7.http.message.FieldNames;
import io.l7.http.message.Fields;
import io.l7.http.message.Handler;
import io.l7.http.message.Method;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import io.l7.http.message.Status;
import io.l7.http.message.StatusException;
import io.l7.http.message.Target;
import io.l7.http.message.Version;
import io.l7.http.semantics.HopByHop;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Passes requests on to upstreams and their answers back, both as they stream. Safe for all
 * threads.
 *
 * <p>A dead upstream is 502, a slow one 504; an answer that could be read in two ways is 502, one
 * that breaks off breaks the connection to the client off too. A request goes to another upstream
 * when nothing of it was sent, or when it is idempotent and no answer had begun.
 *
 * <pre>{@code
 * var proxy = ReverseProxy.over(client.transport()).upstream(URI.create("http://127.0.0.1:9000")).build();
 * }</pre>
 */
public final class ReverseProxy implements Handler, AutoCloseable {

  private final Transport transport;
  private final UpstreamPool pool;
  private final PathMapping mapping;
  private final Balancing balancing;
  private final HostPolicy host;
  private final ProxyLimits limits;
  private final Optional<HealthProbe> probe;

  private ReverseProxy(Builder builder) {
    if (builder.upstreams.isEmpty()) {
      throw new IllegalArgumentException("a proxy needs an upstream");
    }
    this.transport = builder.transport;
    this.mapping = builder.mapping;
    this.limits = builder.limits;
    this.pool =
        new UpstreamPool(
            builder.upstreams,
            builder.balancing,
            limits,
            builder.metrics,
            builder.scheduler::nanos);
    this.balancing = builder.balancing;
    this.host = builder.host;
    this.probe = builder.check.map(check -> probe(check, builder.scheduler));
    probe.ifPresent(HealthProbe::start);
  }

  private HealthProbe probe(HealthCheck check, Scheduler scheduler) {
    return new HealthProbe(
        pool,
        check.interval(),
        scheduler,
        work -> Thread.ofVirtual().name("health-probe").start(work),
        upstream -> isWell(upstream, check));
  }

  private boolean isWell(Upstream upstream, HealthCheck check) {
    try {
      Response response =
          transport.send(
              Request.of(Method.GET, URI.create(upstream.toString()))
                  .withTarget(Target.of(check.path())),
              check.timeout());
      response.body().close();
      return response.status().code() < 400;
    } catch (IOException _) {
      return false;
    }
  }

  /** Describes a proxy that sends by this transport. The transport stays its owner's to close. */
  public static Builder over(Transport transport) {
    return new Builder(transport);
  }

  /** What the upstream finds in {@code Host}. */
  public enum HostPolicy {
    /**
     * What the client sent, for {@code http} upstreams; the upstream's own name for {@code https}
     * ones, which know no other.
     */
    AUTOMATIC,
    /** What the client sent. */
    CLIENT,
    /** The upstream's own name. */
    UPSTREAM
  }

  @Override
  public Response handle(Request request) throws IOException {
    Target target =
        mapping
            .map(request)
            .orElseThrow(
                () -> new StatusException(Status.BAD_REQUEST, "the path has dot segments"));
    var content = new RequestContent(request.body());
    Request outgoing =
        request.withTarget(target).withFields(fields(request)).withBody(content.body());
    List<UpstreamPool.Member> tried = new ArrayList<>();
    while (true) {
      UpstreamPool.Member member =
          pool.choose(tried, affinity(request))
              .orElseThrow(() -> new StatusException(Status.BAD_GATEWAY, "no upstream"));
      tried.add(member);
      member.begin();
      try {
        Response response = send(addressed(outgoing, member.upstream()));
        pool.succeeded(member); // whatever its status: see ProxyLimits
        return incoming(response, member, request);
      } catch (ClientException e) {
        member.end();
        IOException clientFault = content.fault();
        if (clientFault != null) {
          throw clientFault; // not the upstream's failure: the request broke off
        }
        pool.failed(member);
        if (!mayTryAnother(outgoing, content, e, tried.size())) {
          throw failure(e);
        }
      } catch (InterruptedIOException | RuntimeException | Error e) {
        member.end(); // a fault of ours: nobody will read an answer
        throw e;
      }
    }
  }

  /** Waits for the head of the answer as long as the client does: that it left is no failure. */
  private Response send(Request request) throws IOException {
    try (var _ = request.exchange().interruptedWhenGone()) {
      try {
        return transport.send(request);
      } catch (ClientException e) {
        if (Thread.currentThread().isInterrupted()) {
          throw new InterruptedIOException("the client has gone");
        }
        throw e;
      }
    }
  }

  /** What makes requests go to the same upstream, where that is wanted. */
  private String affinity(Request request) {
    return switch (balancing) {
      case ROUND_ROBIN, LEAST_REQUESTS -> "";
      case CLIENT_ADDRESS -> client(request);
      case TARGET -> request.authority() + request.target().pathAndQuery();
    };
  }

  private static String client(Request request) {
    InetAddress address = request.exchange().remote().getAddress();
    return address == null ? "" : address.getHostAddress();
  }

  private Fields fields(Request request) {
    Fields.Builder fields = HopByHop.crossing(request.fields()).toBuilder();
    ForwardedBy.addTo(fields, request).add(FieldNames.VIA, via(request));
    // RFC 9110 §7.8: an Upgrade in HTTP/1.0 is ignored.
    if (request.version() != Version.HTTP_1_0 && HopByHop.wantsWebSocket(request.fields())) {
      fields.set(FieldNames.UPGRADE, "websocket");
    }
    if (request.fields().hasToken(FieldNames.TE, "trailers")) {
      fields.set(FieldNames.TE, "trailers");
    }
    return fields.remove(FieldNames.HOST).build();
  }

  /** RFC 9110 §7.6.3: the version is that of the message as it came. */
  private static String via(Request request) {
    return switch (request.version()) {
          case HTTP_1_0 -> "1.0";
          case HTTP_1_1 -> "1.1";
          case HTTP_2 -> "2";
          case HTTP_3 -> "3";
        }
        + " l7";
  }

  private Request addressed(Request outgoing, Upstream upstream) {
    boolean clients =
        host == HostPolicy.CLIENT
            || (host == HostPolicy.AUTOMATIC && upstream.scheme().equals("http"));
    String name =
        clients && !outgoing.authority().isEmpty() ? outgoing.authority() : upstream.authority();
    return outgoing.withOrigin(upstream.scheme(), upstream.authority()).with(FieldNames.HOST, name);
  }

  private boolean mayTryAnother(
      Request outgoing, RequestContent content, ClientException e, int tries) {
    if (tries >= limits.attempts() || tries >= pool.members().size()) {
      return false;
    }
    if (e instanceof ClientException.NoConnection) {
      return !content.isTouched();
    }
    // RFC 9110 §9.2.2. A time-out is not tried again: the client has waited long enough.
    return !(e instanceof ClientException.TimedOut) && Transport.isRepeatable(outgoing);
  }

  private static StatusException failure(ClientException e) {
    return switch (e) {
      case ClientException.TimedOut _ ->
          new StatusException(Status.GATEWAY_TIMEOUT, "the upstream did not answer in time");
      case ClientException.NoConnection _ ->
          new StatusException(Status.BAD_GATEWAY, "the upstream cannot be reached");
      case ClientException.BadResponse _ ->
          new StatusException(Status.BAD_GATEWAY, "the upstream's answer is malformed");
      case ClientException.BrokenOff _ ->
          new StatusException(Status.BAD_GATEWAY, "the upstream closed the connection");
      case ClientException.BadRedirect _ ->
          new StatusException(Status.BAD_GATEWAY, "the upstream redirects in circles");
    };
  }

  private Response incoming(Response response, UpstreamPool.Member member, Request request) {
    Fields fields = HopByHop.crossing(response.fields());
    Optional<String> location = fields.first(FieldNames.LOCATION);
    if (location.isPresent()) {
      String outward = mapping.outward(location.get(), member.upstream(), request);
      fields = outward.equals(location.get()) ? fields : fields.with(FieldNames.LOCATION, outward);
    }
    var conversation = response.conversation();
    if (conversation.isPresent()) {
      String protocol = response.fields().first(FieldNames.UPGRADE, "websocket");
      return Response.switching(
          protocol, fields, new CountedConversation(conversation.get(), member));
    }
    if (response.body() instanceof Body.Stream stream) {
      var counted = new AnswerContent(stream.in(), member, request.exchange());
      return Response.of(
          response.status(), fields, new Body.Stream(counted, stream.length(), stream::trailers));
    }
    member.end();
    return Response.of(response.status(), fields, response.body());
  }

  /** The upstreams and whether each may be given requests now; for status pages. */
  public List<Upstream> upstreams() {
    return pool.members().stream().map(UpstreamPool.Member::upstream).toList();
  }

  /** How many upstreams may be given requests now. */
  public long up() {
    return pool.up();
  }

  /** How many requests upstreams have in hand. */
  public long active() {
    return pool.active();
  }

  /** Measures several proxies as one: gauges of what {@link #up} and {@link #active} say in all. */
  public static void measure(Metrics metrics, Supplier<? extends Collection<ReverseProxy>> all) {
    metrics.gauge(
        "l7_http_upstreams_up",
        "Upstreams that may be given requests",
        () -> all.get().stream().mapToLong(ReverseProxy::up).sum());
    metrics.gauge(
        "l7_http_upstream_requests_active",
        "Requests that upstreams have in hand",
        () -> all.get().stream().mapToLong(ReverseProxy::active).sum());
  }

  /** The prefix and where it leads. */
  @Override
  public String toString() {
    return mapping.prefix()
        + mapping.replacement().map(path -> " as " + path).orElse("")
        + " to "
        + upstreams();
  }

  /** Stops the probes. */
  @Override
  public void close() {
    probe.ifPresent(HealthProbe::close);
  }

  /** How a proxy is described. */
  public static final class Builder {
    private final Transport transport;
    private final List<Upstream> upstreams = new ArrayList<>();
    private PathMapping mapping = PathMapping.IDENTITY;
    private Balancing balancing = Balancing.ROUND_ROBIN;
    private HostPolicy host = HostPolicy.AUTOMATIC;
    private ProxyLimits limits = ProxyLimits.defaults();
    private Metrics metrics = new Metrics();
    private Optional<HealthCheck> check = Optional.empty();
    private Scheduler scheduler = Scheduler.real();

    private Builder(Transport transport) {
      this.transport = transport;
    }

    /** Adds an upstream. Its path, if any, says nothing: see {@link #mapping}. */
    public Builder upstream(URI uri) {
      upstreams.add(Upstream.of(uri));
      return this;
    }

    /** How paths change on the way; not at all otherwise. */
    public Builder mapping(PathMapping paths) {
      mapping = paths;
      return this;
    }

    public Builder balancing(Balancing choice) {
      balancing = choice;
      return this;
    }

    public Builder host(HostPolicy policy) {
      host = policy;
      return this;
    }

    public Builder limits(ProxyLimits bounds) {
      limits = bounds;
      return this;
    }

    public Builder metrics(Metrics registry) {
      metrics = registry;
      return this;
    }

    /** Asks each upstream by itself how it is, besides learning from requests. */
    public Builder healthCheck(HealthCheck how) {
      check = Optional.of(how);
      return this;
    }

    /** The time by which upstreams rest and are probed. */
    public Builder scheduler(Scheduler time) {
      scheduler = time;
      return this;
    }

    public ReverseProxy build() {
      var proxy = new ReverseProxy(this);
      measure(metrics, () -> List.of(proxy));
      return proxy;
    }
  }
}
