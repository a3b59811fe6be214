package io.l7.http.message;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A request (RFC 9110 §3.4), received or to be sent. Immutable but for the body, which is read
 * once; each {@code with} gives a copy.
 *
 * <pre>{@code
 * Request.get("http://example.com/a?b").with("Accept", "text/html")
 * }</pre>
 */
public final class Request {
  private final Method method;
  private final String scheme;
  private final String authority;
  private final Target target;
  private final Version version;
  private final Fields fields;
  private final Body body;
  private final Exchange exchange;
  private final Map<String, String> captures;

  private Request(
      Method method,
      String scheme,
      String authority,
      Target target,
      Version version,
      Fields fields,
      Body body,
      Exchange exchange,
      Map<String, String> captures) {
    this.method = method;
    this.scheme = scheme;
    this.authority = authority;
    this.target = target;
    this.version = version;
    this.fields = fields;
    this.body = body;
    this.exchange = exchange;
    this.captures = captures;
  }

  /** A request as a server received it. */
  public static Request received(
      Method method,
      String scheme,
      String authority,
      Target target,
      Version version,
      Fields fields,
      Body body,
      Exchange exchange) {
    return new Request(
        method, scheme, authority, target, version, fields, body, exchange, Map.of());
  }

  /**
   * A request to be sent to an absolute {@code http} or {@code https} URI; user information and
   * fragment are left out.
   */
  public static Request of(Method method, URI uri) {
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    HostPort host = HostPort.of(uri).orElse(null);
    if (host == null || !(scheme.equals("http") || scheme.equals("https"))) {
      throw new IllegalArgumentException("not an absolute http or https URI: " + uri);
    }
    String path = uri.getRawPath() == null || uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    boolean defaultPort = host.port() == (scheme.equals("http") ? 80 : 443);
    String authority = defaultPort ? host.host() : host.toString();
    Target target = Target.of(uri.getRawQuery() == null ? path : path + "?" + uri.getRawQuery());
    return new Request(
        method,
        scheme,
        authority,
        target,
        Version.HTTP_1_1,
        Fields.EMPTY,
        Body.empty(),
        Exchange.NONE,
        Map.of());
  }

  public static Request get(String uri) {
    return of(Method.GET, URI.create(uri));
  }

  public Method method() {
    return method;
  }

  /** {@code http} or {@code https}; behind a trusted proxy, what the client used. */
  public String scheme() {
    return scheme;
  }

  /**
   * Host, and port where it is not the scheme's, in lower case: what routing, cache keys and
   * forwarded fields use. Empty where an HTTP/1.0 client named none.
   */
  public String authority() {
    return authority;
  }

  /** The host of {@link #authority}, without a port; an IPv6 address in brackets. */
  public String host() {
    int colon = authority.lastIndexOf(':');
    return colon > authority.lastIndexOf(']') ? authority.substring(0, colon) : authority;
  }

  public Target target() {
    return target;
  }

  /** The path as it came, not decoded; see {@link Target#decodedPath}. */
  public String path() {
    return target.path();
  }

  /** What stands behind the question mark, not decoded. */
  public Optional<String> query() {
    return target.query();
  }

  /** The absolute URI of the request as text. */
  public String uri() {
    return scheme + "://" + authority + target.pathAndQuery();
  }

  public Version version() {
    return version;
  }

  public Fields fields() {
    return fields;
  }

  /** The value of the first field line of this name. */
  public Optional<String> field(String name) {
    return fields.first(name);
  }

  public Body body() {
    return body;
  }

  public Exchange exchange() {
    return exchange;
  }

  /**
   * The part of the path that a route's {@code {name}} matched, decoded; throws where the route has
   * none of this name.
   */
  public String capture(String name) {
    String value = captures.get(name);
    if (value == null) {
      throw new IllegalArgumentException("the route captures no " + name);
    }
    return value;
  }

  public Request withMethod(Method other) {
    return new Request(other, scheme, authority, target, version, fields, body, exchange, captures);
  }

  /** A copy for another origin. */
  public Request withOrigin(String otherScheme, String otherAuthority) {
    return new Request(
        method, otherScheme, otherAuthority, target, version, fields, body, exchange, captures);
  }

  public Request withTarget(Target other) {
    return new Request(method, scheme, authority, other, version, fields, body, exchange, captures);
  }

  public Request withFields(Fields others) {
    return new Request(
        method, scheme, authority, target, version, others, body, exchange, captures);
  }

  /** A copy with one field line in place of all of its name. */
  public Request with(String name, String value) {
    return withFields(fields.with(name, value));
  }

  public Request without(String name) {
    return withFields(fields.without(name));
  }

  public Request withBody(Body other) {
    return new Request(
        method, scheme, authority, target, version, fields, other, exchange, captures);
  }

  public Request withExchange(Exchange other) {
    return new Request(method, scheme, authority, target, version, fields, body, other, captures);
  }

  /** A copy with captures of a route, added to those there are. */
  public Request withCaptures(Map<String, String> more) {
    if (more.isEmpty()) {
      return this;
    }
    var all = new LinkedHashMap<>(captures);
    all.putAll(more);
    return new Request(
        method, scheme, authority, target, version, fields, body, exchange, Map.copyOf(all));
  }

  @Override
  public String toString() {
    return method + " " + target.raw() + " " + version;
  }
}
