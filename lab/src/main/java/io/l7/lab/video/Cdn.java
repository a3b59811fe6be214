package io.l7.lab.video;

import io.l7.common.json.Json;
import io.l7.common.link.Impairment;
import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.dns.message.Rdata;
import io.l7.dns.message.RecordText;
import io.l7.dns.routing.HealthCheck;
import io.l7.dns.routing.Member;
import io.l7.dns.routing.RoutedSet;
import io.l7.http.HttpServer;
import io.l7.http.cache.HttpCache;
import io.l7.http.message.Handler;
import io.l7.http.proxy.ReverseProxy;
import io.l7.lab.core.Domains;
import io.l7.lab.core.World;
import io.l7.lab.world.LabHost;
import io.l7.lab.world.Role;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Caching edges in front of an origin, under one name: DNS leaves out who is down. Edges can be
 * killed and revived while it runs. Safe for all threads.
 */
public final class Cdn {
  /** The name that players ask for. */
  public static final String NAME = "video.kingcdn.lab";

  private static final int EDGES = 3;
  private static final long UPLINK = 2_000_000;
  private static final long TTL = 1;

  private final World world;
  private final String origin;
  private final Map<LabHost, Handler> handlers = new LinkedHashMap<>();
  private final Map<LabHost, HttpServer> running = new LinkedHashMap<>();

  /**
   * Starts the edges before the site {@code origin}.
   *
   * @param asked is told which edge is asked for which path, before it answers
   */
  public Cdn(World world, String origin, Consumer<Asked> asked) throws Exception {
    this.world = world;
    this.origin = origin;
    for (var name : edgeNames()) {
      var host = world.hosts().make(name, Role.EDGE);
      world.links().up(host.address()).impairment(Impairment.NONE.rate(UPLINK));
      var cache = cache(host);
      handlers.put(
          host,
          request -> {
            asked.accept(new Asked(host, request.path()));
            return cache.handle(request);
          });
      revive(host);
    }
    names();
  }

  /** A request to an edge. */
  public record Asked(LabHost edge, String path) {}

  /** The host names of the edges, as a manifest lists them. */
  public static List<String> edgeNames() {
    return IntStream.rangeClosed(1, EDGES).mapToObj(i -> "edge" + i + ".kingcdn.lab").toList();
  }

  private Handler cache(LabHost host) {
    var toOrigin = world.own(world.browser(host));
    var proxy =
        world.own(
            ReverseProxy.over(toOrigin.transport())
                .upstream(URI.create(world.url("http", origin, "")))
                .build());
    return world.own(HttpCache.before(proxy).name(host.name()).build());
  }

  /** One name for all edges; who is down is left out of the answer. */
  private void names() throws Exception {
    var members = new ArrayList<Member>();
    for (var host : handlers.keySet()) {
      var address = RecordText.parse(RRType.A, host.address().getHostAddress(), Name.ROOT);
      var check = new HealthCheck.Tcp(host.at(world.ports().of(80)));
      members.add(new Member(address, 1, Optional.of(check), List.of()));
    }
    var routed = new RoutedSet(Name.parse(NAME + "."), RRType.A, members);
    var zone = Domains.add(world, "kingcdn.lab", List.of(routed));
    for (var host : handlers.keySet()) {
      world.names().address(host);
      zone.add(NAME + ".", TTL, "A", host.address().getHostAddress());
    }
  }

  /** The addresses that DNS gives for the name now. */
  public List<InetAddress> given() {
    return world.resolver().lookup(NAME + ".", RRType.A).data().stream()
        .map(Rdata::asAddress)
        .toList();
  }

  /** The edges that run. */
  public synchronized List<LabHost> alive() {
    return List.copyOf(running.keySet());
  }

  /** Stops an edge in the middle of what it does. */
  public void kill(LabHost edge) {
    HttpServer server;
    synchronized (this) {
      server = running.remove(edge);
    }
    if (server == null) return;
    world.events().cause("dash", edge.name() + " dies");
    show(edge, false);
    server.close();
  }

  /** Starts an edge again, with what its cache held. */
  public synchronized void revive(LabHost edge) throws IOException {
    var handler = handlers.get(edge);
    if (handler == null || running.containsKey(edge)) return;
    var server =
        HttpServer.builder()
            .network(edge.network())
            .listen(edge.at(world.ports().of(80)))
            .handler(handler)
            .transcript(world.transcript())
            .start();
    running.put(edge, world.own(server));
    show(edge, true);
  }

  /** Starts again all edges that were killed. */
  public void reviveAll() throws IOException {
    for (var edge : List.copyOf(handlers.keySet())) revive(edge);
  }

  private void show(LabHost edge, boolean up) {
    world
        .events()
        .publish(
            "host", Json.object().put("address", edge.address().getHostAddress()).put("up", up));
  }
}
