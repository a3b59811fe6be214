package io.l7.dns.authority;

import io.l7.common.metrics.Metrics;
import io.l7.common.net.Connection;
import io.l7.common.net.Datagram;
import io.l7.common.net.Endpoint;
import io.l7.common.net.Listener;
import io.l7.common.net.Network;
import io.l7.common.net.TcpServer;
import io.l7.common.net.UdpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;

/** A name server that has an authority and nothing else: UDP and TCP on one port (RFC 7766). */
public final class AuthorityServer implements AutoCloseable {
  /** How long a TCP connection may stay without a question: RFC 7766 §6.2.3 asks for seconds. */
  private static final Duration IDLE = Duration.ofSeconds(10);

  private final Authority authority;
  private final TcpServer tcp;
  private final UdpServer udp;

  private AuthorityServer(Authority authority, Endpoint endpoint, Network network, Metrics metrics)
      throws IOException {
    this.authority = authority;
    this.tcp =
        TcpServer.named("dns")
            .listen(Listener.tcp(endpoint))
            .network(network)
            .metrics(metrics)
            .start(this::converse);
    try {
      var bound = new Endpoint(endpoint.host(), tcp.address().getPort());
      this.udp =
          UdpServer.named("dns")
              .bind(bound)
              .network(network)
              .metrics(metrics)
              .start(this::datagram);
    } catch (IOException e) {
      tcp.close();
      throw e;
    }
  }

  /**
   * Starts to serve.
   *
   * @param endpoint port 0 for any free one
   */
  public static AuthorityServer start(
      Authority authority, Endpoint endpoint, Network network, Metrics metrics) throws IOException {
    return new AuthorityServer(authority, endpoint, network, metrics);
  }

  /** Where it listens, both ways. */
  public InetSocketAddress address() {
    return udp.address();
  }

  private void datagram(Datagram datagram) throws IOException {
    var request =
        new Request(datagram.data(), datagram.length(), datagram.from(), Request.Transport.UDP);
    switch (authority.answer(request)) {
      case Outcome.Reply reply -> datagram.reply(reply.wire(), 0, reply.wire().length);
      case Outcome.Deferred work -> {
        Datagram own = datagram.detach();
        udp.offer(() -> run(work, own));
      }
      case Outcome.NotOurs notOurs -> {
        Optional<byte[]> refusal = Refusal.of(request);
        if (refusal.isPresent()) {
          datagram.reply(refusal.get(), 0, refusal.get().length);
        }
      }
      case Outcome.Silence silence -> {}
    }
  }

  private static void run(Outcome.Deferred work, Datagram datagram) {
    try {
      work.run(message -> datagram.reply(message, 0, message.length));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void converse(Connection connection) throws IOException {
    while (true) {
      connection.deadline(IDLE);
      Optional<byte[]> frame = connection.in().frame16();
      if (frame.isEmpty()) {
        return;
      }
      connection.clearDeadline();
      byte[] wire = frame.get();
      var request = new Request(wire, wire.length, connection.peer(), Request.Transport.STREAM);
      Outcome.Sender sender = message -> connection.out().frame16(message, 0, message.length);
      switch (authority.answer(request)) {
        case Outcome.Reply reply -> sender.send(reply.wire());
        case Outcome.Deferred work -> work.run(sender);
        case Outcome.NotOurs notOurs -> {
          Optional<byte[]> refusal = Refusal.of(request);
          if (refusal.isEmpty()) {
            return;
          }
          sender.send(refusal.get());
        }
        case Outcome.Silence silence -> {}
      }
      connection.out().flushIfIdle(connection.in());
    }
  }

  /** Stops accepting; what runs has {@code limit} to end. */
  public void drain(Duration limit) {
    udp.close();
    tcp.drain(limit);
  }

  @Override
  public void close() {
    udp.close();
    tcp.close();
  }
}
