package io.l7.dns.control;

import io.l7.common.net.AddressLiteral;
import io.l7.dns.cache.DnsCache;
import io.l7.dns.message.Name;
import io.l7.http.message.Handler;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import io.l7.http.message.Status;
import java.net.InetAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntBiFunction;

/**
 * {@code GET /cache?name=NAME} lists what is cached at and below a name as zone text; {@code DELETE
 * /cache?name=NAME&scope=name|subtree|negative} flushes; {@code POST /reload} reads all files
 * again. For loopback alone, and for no page in a browser: what names another host is refused.
 */
public final class ControlHandler implements Handler {
  private final DnsCacheView cache;
  private final ToIntBiFunction<Name, DnsCache.Scope> flush;
  private final Reload reload;

  /** The cache of the moment and its clock. */
  public interface DnsCacheView {
    /** The cache, if the server has one. */
    Optional<DnsCache> cache();

    /** Seconds of the engine's clock. */
    long seconds();
  }

  /** Reads settings again. */
  @FunctionalInterface
  public interface Reload {
    /** Reloads; when that fails everything stays as it was. */
    void reload() throws Exception;
  }

  public ControlHandler(
      DnsCacheView cache, ToIntBiFunction<Name, DnsCache.Scope> flush, Reload reload) {
    this.cache = cache;
    this.flush = flush;
    this.reload = reload;
  }

  @Override
  public Response handle(Request request) {
    if (!isLocal(request)) {
      return Response.error(Status.FORBIDDEN, "for programs on this machine alone");
    }
    try {
      return switch (request.method().toString() + " " + request.path()) {
        case "GET /cache" -> dump(parameters(request));
        case "DELETE /cache" -> flush(parameters(request));
        case "POST /reload" -> reload();
        default -> Response.error(Status.NOT_FOUND, "/cache and /reload are here");
      };
    } catch (IllegalArgumentException e) {
      return Response.error(Status.BAD_REQUEST, String.valueOf(e.getMessage()));
    }
  }

  private static boolean isLocal(Request request) {
    if (!request.exchange().remote().getAddress().isLoopbackAddress()
        || request.field("origin").isPresent()) {
      return false;
    }
    String host = request.host();
    // Any other name may be one that somebody made point here.
    return host.equalsIgnoreCase("localhost")
        || AddressLiteral.of(host).filter(InetAddress::isLoopbackAddress).isPresent();
  }

  private Response reload() {
    try {
      reload.reload();
      return Response.text("reloaded\n");
    } catch (Exception e) {
      return Response.error(
          Status.INTERNAL_SERVER_ERROR, "not reloaded, the old settings stay: " + e.getMessage());
    }
  }

  private Response flush(Map<String, String> parameters) {
    Name name = Name.parse(parameters.getOrDefault("name", "."));
    String scope = parameters.getOrDefault("scope", "name");
    int gone = flush.applyAsInt(name, scope(scope));
    return Response.text("flushed " + gone + "\n");
  }

  private static DnsCache.Scope scope(String text) {
    return switch (text) {
      case "name" -> DnsCache.Scope.NAME;
      case "subtree" -> DnsCache.Scope.SUBTREE;
      case "negative" -> DnsCache.Scope.NEGATIVE;
      default -> throw new IllegalArgumentException("a scope is name, subtree or negative");
    };
  }

  private Response dump(Map<String, String> parameters) {
    Name under = Name.parse(parameters.getOrDefault("name", "."));
    long now = cache.seconds();
    Optional<DnsCache> present = cache.cache();
    if (present.isEmpty()) {
      return Response.text("; no cache: this server does not resolve\n");
    }
    var dump = new CacheDump(present.get(), now);
    return Response.stream("text/plain; charset=utf-8", out -> dump.write(under, out));
  }

  private static Map<String, String> parameters(Request request) {
    var parameters = new HashMap<String, String>();
    for (String pair : request.query().orElse("").split("&", -1)) {
      int equals = pair.indexOf('=');
      if (equals > 0) {
        parameters.put(
            pair.substring(0, equals),
            URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
      }
    }
    return parameters;
  }
}
