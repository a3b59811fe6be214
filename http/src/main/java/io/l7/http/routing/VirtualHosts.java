package io.l7.http.routing;

import io.l7.http.message.Handler;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Chooses a handler by host name (RFC 9110 §7.2): the name itself, then {@code *.} and what is
 * behind its first dot, its second, and so on, then the default site, which any other host reaches.
 */
public final class VirtualHosts implements Handler {
  private final Map<String, Handler> sites;
  private final Handler otherwise;

  private VirtualHosts(Map<String, Handler> sites, Handler otherwise) {
    this.sites = sites;
    this.otherwise = otherwise;
  }

  /** Hosts with this site for all that is not named. */
  public static VirtualHosts otherwise(Handler site) {
    return new VirtualHosts(Map.of(), site);
  }

  /**
   * These hosts and one more.
   *
   * @param name without a port: {@code www.example.com} or {@code *.example.com}
   */
  public VirtualHosts host(String name, Handler site) {
    var more = new LinkedHashMap<>(sites);
    more.put(name.toLowerCase(Locale.ROOT), site);
    return new VirtualHosts(Map.copyOf(more), otherwise);
  }

  @Override
  public Response handle(Request request) throws Exception {
    String host = request.host();
    Handler site = sites.get(host);
    for (int dot = host.indexOf('.'); site == null && dot >= 0; dot = host.indexOf('.', dot + 1)) {
      site = sites.get("*" + host.substring(dot));
    }
    return (site == null ? otherwise : site).handle(request);
  }
}
