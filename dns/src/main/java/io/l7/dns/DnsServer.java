package io.l7.dns;

import io.l7.common.metrics.Metrics;
import io.l7.common.net.Connection;
import io.l7.common.net.ConnectionLimits;
import io.l7.common.net.Endpoint;
import io.l7.common.net.Listener;
import io.l7.common.net.TcpServer;
import io.l7.common.net.UdpServer;
import io.l7.dns.cache.DnsCache;
import io.l7.dns.message.Name;
import io.l7.dns.service.DatagramService;
import io.l7.dns.service.RecursiveService;
import io.l7.dns.service.ServiceConfig;
import io.l7.dns.service.ServiceCounters;
import io.l7.dns.service.ServiceCounters.Channel;
import io.l7.dns.service.StreamSession;
import io.l7.dns.service.WireService;
import io.l7.http.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A name server: recursive, authoritative or both, over UDP, TCP, TLS and HTTPS. Starts in {@link
 * DnsServerBuilder#start}; many may live in one program.
 *
 * <pre>{@code
 * try (var resolver = Resolver.builder().build();
 *     var server = DnsServer.builder()
 *         .listen(Endpoint.parse("127.0.0.1:0"))
 *         .recursive(resolver)
 *         .start()) {
 *   System.out.println(server.address());
 * }
 * }</pre>
 */
public final class DnsServer implements AutoCloseable {
  /** Ports tried where any will do before it is given up that one is free for UDP and TCP. */
  private static final int MOST_PORTS = 20;

  private final DnsServerBuilder builder;
  private final WireService service;
  private final ServiceCounters counters;
  private final List<UdpServer> udp = new ArrayList<>();
  private final List<DatagramService> datagrams = new ArrayList<>();
  private final List<TcpServer> tcp = new ArrayList<>();
  private final List<TcpServer> tls = new ArrayList<>();
  private final List<HttpServer> http = new ArrayList<>();
  private volatile Optional<Resolver> resolver;

  DnsServer(
      DnsServerBuilder builder,
      Optional<Resolver> resolver,
      WireService service,
      ServiceCounters counters)
      throws IOException {
    this.builder = builder;
    this.resolver = resolver;
    this.service = service;
    this.counters = counters;
    Metrics metrics = builder.metrics;
    try {
      for (Endpoint endpoint : builder.listen) {
        listen(endpoint, metrics);
      }
      for (DnsServerBuilder.Secured dot : builder.dot) {
        tls.add(streams(Channel.DOT, Listener.tls(dot.endpoint(), dot.identity()), metrics));
      }
      for (DnsServerBuilder.Secured doh : builder.doh) {
        http.add(
            HttpServer.builder()
                .listen(doh.endpoint(), doh.identity())
                .network(builder.network)
                .handler(new DohHandler(service, counters, builder.clientLimit, builder.queryLog))
                .transcript(builder.transcript)
                .metrics(metrics)
                .start());
      }
    } catch (IOException | RuntimeException e) {
      close();
      throw e;
    }
  }

  /** Begins to describe a server. */
  public static DnsServerBuilder builder() {
    return new DnsServerBuilder();
  }

  /**
   * UDP and TCP on the same port; TCP first when any port will do, because it is the scarcer. What
   * is free for TCP may be taken for UDP: then another one is tried.
   */
  private void listen(Endpoint endpoint, Metrics metrics) throws IOException {
    for (int attempt = 1; ; attempt++) {
      TcpServer stream = streams(Channel.TCP, Listener.tcp(endpoint), metrics);
      try {
        udp.add(datagrams(endpoint.withPort(stream.address().getPort()), metrics));
        tcp.add(stream);
        return;
      } catch (IOException e) {
        stream.close();
        if (endpoint.port() != 0 || attempt == MOST_PORTS) {
          throw e;
        }
      }
    }
  }

  private UdpServer datagrams(Endpoint endpoint, Metrics metrics) throws IOException {
    var handler =
        new DatagramService(
            service,
            builder.rateLimit,
            builder.clientLimit,
            counters,
            builder.queryLog,
            builder.limits);
    UdpServer started =
        UdpServer.named("dns")
            .bind(endpoint)
            .receivers(builder.receivers)
            .network(builder.network)
            .metrics(metrics)
            .start(handler);
    datagrams.add(handler);
    return started;
  }

  private TcpServer streams(Channel channel, Listener listener, Metrics metrics)
      throws IOException {
    return TcpServer.named(channel == Channel.TCP ? "dns" : "dot")
        .listen(listener)
        .limits(
            ConnectionLimits.defaults()
                .idle(builder.limits.idle())
                .perAddress(builder.limits.connectionsPerAddress()))
        .network(builder.network)
        .transcript(builder.transcript)
        .metrics(metrics)
        .start(connection -> stream(connection, channel));
  }

  private void stream(Connection connection, Channel channel) throws IOException {
    new StreamSession(
            connection,
            channel,
            service,
            counters,
            builder.clientLimit,
            builder.queryLog,
            builder.limits)
        .run();
  }

  /**
   * Resolves by another resolver and serves by other rules from now on. Queries being worked on end
   * by the old ones; closing the old resolver is the caller's, once they have.
   */
  public void reload(Optional<Resolver> next, ServiceConfig config) {
    resolver = next;
    service.reload(
        new WireService.Recursion(
            next.map(engine -> new RecursiveService(engine.engine(), config)), config));
  }

  /** The resolver behind it, if it has one. */
  public Optional<Resolver> resolver() {
    return resolver;
  }

  /** Forgets at and below a name, or the negative part of it; returns the number of entries. */
  public int flush(Name name, DnsCache.Scope scope) {
    int gone = resolver.map(engine -> engine.flush(name, scope)).orElse(0);
    return gone
        + service
            .packets()
            .flush(
                answer ->
                    switch (scope) {
                      case NAME -> answer.question().orElseThrow().name().equals(name);
                      case SUBTREE -> answer.question().orElseThrow().name().isSubdomainOf(name);
                      case NEGATIVE ->
                          answer.answer().isEmpty()
                              && answer.question().orElseThrow().name().isSubdomainOf(name);
                    });
  }

  /** Where plain DNS is served, UDP and TCP on the same port. */
  public List<InetSocketAddress> addresses() {
    return tcp.stream().map(TcpServer::address).toList();
  }

  /** The first of {@link #addresses}. */
  public InetSocketAddress address() {
    return addresses().getFirst();
  }

  public List<InetSocketAddress> dotAddresses() {
    return tls.stream().map(TcpServer::address).toList();
  }

  public List<InetSocketAddress> dohAddresses() {
    return http.stream().map(HttpServer::address).toList();
  }

  /** Stops accepting everywhere at once and lets running work end for up to {@code limit}. */
  public void drain(Duration limit) {
    var threads = new ArrayList<Thread>();
    datagrams.forEach(
        service -> threads.add(Thread.ofVirtual().start(() -> drain(service, limit))));
    tcp.forEach(server -> threads.add(Thread.ofVirtual().start(() -> server.drain(limit))));
    tls.forEach(server -> threads.add(Thread.ofVirtual().start(() -> server.drain(limit))));
    http.forEach(server -> threads.add(Thread.ofVirtual().start(() -> server.drain(limit))));
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    udp.forEach(UdpServer::close); // its answers left by the same sockets
  }

  private static void drain(DatagramService service, Duration limit) {
    try {
      service.drain(limit);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    udp.forEach(UdpServer::close);
    tcp.forEach(TcpServer::close);
    tls.forEach(TcpServer::close);
    http.forEach(HttpServer::close);
  }
}
