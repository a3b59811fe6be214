package io.l7.dns;

import io.l7.common.metrics.Metrics;
import io.l7.common.net.Connection;
import io.l7.common.net.ConnectionLimits;
import io.l7.common.net.Datagram;
import io.l7.common.net.Endpoint;
import io.l7.common.net.Listener;
import io.l7.common.net.TcpServer;
import io.l7.common.net.UdpServer;
import io.l7.dns.authority.Outcome;
import io.l7.dns.authority.Request;
import io.l7.dns.service.RateLimit;
import io.l7.dns.service.StreamSession;
import io.l7.dns.service.WireService;
import io.l7.http.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A name server: recursive, authoritative or both, over UDP, TCP, TLS and HTTPS. Starts in {@link
 * Builder#start}; many may live in one program.
 */
public final class DnsServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DnsServer.class);
  private static final int UDP_OCTETS = 65_535;

  private final WireService service;
  private final RateLimit rateLimit;
  private final Metrics.Tally hits;
  private final Metrics.Tally limited;
  private final List<UdpServer> udp = new ArrayList<>();
  private final List<TcpServer> tcp = new ArrayList<>();
  private final List<TcpServer> tls = new ArrayList<>();
  private final List<HttpServer> http = new ArrayList<>();

  DnsServer(DnsServerBuilder builder, WireService service) throws IOException {
    this.service = service;
    this.rateLimit = builder.rateLimit;
    Metrics metrics = builder.metrics;
    this.hits =
        metrics.counter("l7_dns_packet_cache_hits_total", "Queries answered from the packet cache");
    this.limited =
        metrics.counter("l7_dns_rate_limited_total", "Answers held back by rate limiting");
    try {
      for (Endpoint endpoint : builder.listen) {
        listen(endpoint, builder, metrics);
      }
      for (DnsServerBuilder.Secured dot : builder.dot) {
        tls.add(streams("dot", Listener.tls(dot.endpoint(), dot.identity()), builder, metrics));
      }
      for (DnsServerBuilder.Secured doh : builder.doh) {
        http.add(
            HttpServer.builder()
                .listen(doh.endpoint(), doh.identity())
                .handler(new DohHandler(service))
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

  /** UDP and TCP on the same port; TCP first when any port will do, because it is the scarcer. */
  private void listen(Endpoint endpoint, DnsServerBuilder builder, Metrics metrics)
      throws IOException {
    TcpServer stream = streams("dns", Listener.tcp(endpoint), builder, metrics);
    tcp.add(stream);
    udp.add(
        UdpServer.named("dns")
            .bind(endpoint.withPort(stream.address().getPort()))
            .receivers(builder.receivers)
            .network(builder.network)
            .metrics(metrics)
            .start(this::datagram));
  }

  private TcpServer streams(
      String name, Listener listener, DnsServerBuilder builder, Metrics metrics)
      throws IOException {
    return TcpServer.named(name)
        .listen(listener)
        .limits(ConnectionLimits.defaults().idle(builder.idle))
        .network(builder.network)
        .metrics(metrics)
        .start(this::stream);
  }

  private void stream(Connection connection) throws IOException {
    new StreamSession(connection, service).run();
  }

  private void datagram(Datagram datagram) throws IOException {
    byte[] out = Scratch.OUT.get();
    InetSocketAddress client = datagram.from();
    int octets = service.fromCache(datagram.data(), datagram.length(), client.getAddress(), out);
    if (octets > 0) {
      hits.add();
      send(datagram, out, octets);
      return;
    }
    dispatch(
        datagram,
        service.answer(
            new Request(datagram.data(), datagram.length(), client, Request.Transport.UDP)));
  }

  private void dispatch(Datagram datagram, Outcome outcome) throws IOException {
    switch (outcome) {
      case Outcome.Reply(byte[] wire) -> send(datagram, wire, wire.length);
      case Outcome.Deferred work -> {
        Datagram kept = datagram.detach();
        udp.getFirst().offer(() -> run(work, kept));
      }
      case Outcome.Silence silence -> {}
      case Outcome.NotOurs notOurs -> {}
    }
  }

  private void run(Outcome.Deferred work, Datagram datagram) {
    try {
      work.run(wire -> send(datagram, wire, wire.length));
    } catch (IOException e) {
      LOG.debug("answering {}: {}", datagram.from(), e.toString());
    }
  }

  private void send(Datagram datagram, byte[] wire, int octets) throws IOException {
    switch (rateLimit.count(datagram.from().getAddress(), System.currentTimeMillis() / 1000)) {
      case SEND -> datagram.reply(wire, 0, octets);
      case TRUNCATE -> {
        limited.add();
        byte[] truncated = WireService.truncated(datagram.data(), datagram.length());
        datagram.reply(truncated, 0, truncated.length);
      }
      case DROP -> limited.add();
    }
  }

  /** A buffer for answers per receiver thread. */
  private static final class Scratch {
    static final ThreadLocal<byte[]> OUT = ThreadLocal.withInitial(() -> new byte[UDP_OCTETS]);
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

  /** Stops accepting and lets running work end for up to {@code limit}. */
  public void drain(Duration limit) {
    udp.forEach(UdpServer::close);
    tcp.forEach(server -> server.drain(limit));
    tls.forEach(server -> server.drain(limit));
    http.forEach(server -> server.drain(limit));
  }

  @Override
  public void close() {
    udp.forEach(UdpServer::close);
    tcp.forEach(TcpServer::close);
    tls.forEach(TcpServer::close);
    http.forEach(HttpServer::close);
  }
}
