package io.l7.dns.transport;

import io.l7.common.net.Endpoint;
import io.l7.common.net.Network;
import io.l7.common.units.AddressText;
import io.l7.dns.message.MalformedMessageException;
import io.l7.dns.message.Message;
import io.l7.dns.message.MessageReader;
import io.l7.dns.message.MessageWriter;
import io.l7.dns.resolver.Exchange;
import io.l7.dns.resolver.ResponseMatch;
import io.l7.dns.resolver.Transport;
import io.l7.dns.resolver.Upstream;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks name servers over a network: over UDP each question from a port of its own (RFC 5452 §9.2),
 * over TCP on connections that are kept for a while. Safe for all threads.
 */
public final class NetworkUpstream implements Upstream, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NetworkUpstream.class);

  private final Network network;
  private final UpstreamMap map;
  private final UpstreamLimits limits;
  private final UpstreamStreams streams;
  private final ScheduledThreadPoolExecutor alarms;
  private final LongAdder forgeries = new LongAdder();

  public NetworkUpstream(Network network, UpstreamMap map) {
    this(network, map, UpstreamLimits.defaults());
  }

  public NetworkUpstream(Network network, UpstreamMap map, UpstreamLimits limits) {
    this.network = network;
    this.map = map;
    this.limits = limits;
    this.alarms =
        new ScheduledThreadPoolExecutor(
            1, Thread.ofPlatform().daemon().name("dns-upstream-alarm").factory());
    alarms.setRemoveOnCancelPolicy(true);
    this.streams = new UpstreamStreams(network, limits, alarms);
  }

  /** Answers seen that fit no question. */
  public long forgeries() {
    return forgeries.sum();
  }

  /** Connections made so far. */
  public long connections() {
    return streams.opened();
  }

  /** Connections open now. */
  public int openConnections() {
    return streams.kept();
  }

  @Override
  public String whereabouts(InetAddress server) {
    InetSocketAddress target = map.target(server);
    boolean itself = target.getAddress().equals(server) && target.getPort() == UpstreamMap.DNS_PORT;
    String host = AddressText.of(target.getAddress());
    return itself ? host : AddressText.of(server) + " at " + new Endpoint(host, target.getPort());
  }

  @Override
  public Exchange exchange(
      InetAddress server, Transport transport, Message query, Duration timeout) {
    InetSocketAddress target = map.target(server);
    byte[] wire = MessageWriter.write(query);
    try {
      return transport == Transport.UDP
          ? udp(target, wire, query, timeout)
          : streams.exchange(target, wire, query, timeout);
    } catch (SocketTimeoutException e) {
      return new Exchange.TimedOut();
    } catch (IOException e) {
      LOG.debug("{} over {}: {}", target, transport, e.toString());
      return new Exchange.Failed(String.valueOf(e.getMessage()));
    }
  }

  private Exchange udp(InetSocketAddress target, byte[] wire, Message query, Duration timeout)
      throws IOException {
    var late = new AtomicBoolean();
    try (Network.DatagramPort port = network.bind(anyAddress(target))) {
      ScheduledFuture<?> alarm =
          alarms.schedule(
              () -> {
                late.set(true);
                shut(port);
              },
              timeout.toMillis(),
              TimeUnit.MILLISECONDS);
      try {
        port.send(wire, 0, wire.length, target);
        return await(port, target, query);
      } finally {
        alarm.cancel(false);
      }
    } catch (IOException e) {
      if (late.get()) {
        return new Exchange.TimedOut();
      }
      throw e;
    }
  }

  private static InetSocketAddress anyAddress(InetSocketAddress target) {
    byte[] any =
        target.getAddress() instanceof Inet6Address
            ? new byte[16]
            : target.getAddress().isLoopbackAddress() ? new byte[] {127, 0, 0, 1} : new byte[4];
    try {
      return new InetSocketAddress(InetAddress.getByAddress(any), 0);
    } catch (java.net.UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void shut(Network.DatagramPort port) {
    try {
      port.close();
    } catch (IOException e) {
      LOG.debug("closing a port: {}", e.toString());
    }
  }

  private Exchange await(Network.DatagramPort port, InetSocketAddress target, Message query)
      throws IOException {
    var buffer = new byte[limits.udpOctets()];
    for (int misfits = 0; misfits < limits.misfits(); misfits++) {
      Network.Received received = port.receive(buffer);
      if (!received.from().equals(target)) {
        forgeries.increment();
        continue;
      }
      Message response;
      try {
        response = MessageReader.read(buffer, 0, received.length());
      } catch (MalformedMessageException e) {
        if (received.length() >= 2
            && ((buffer[0] & 0xff) << 8 | (buffer[1] & 0xff)) == query.id()) {
          return new Exchange.Garbled(String.valueOf(e.getMessage()));
        }
        forgeries.increment();
        continue;
      }
      switch (ResponseMatch.of(query, response)) {
        case FITS -> {
          return new Exchange.Answered(response);
        }
        case OTHER_CASE -> {
          return new Exchange.Garbled("letters of the question differ");
        }
        case FOREIGN -> forgeries.increment();
      }
    }
    return new Exchange.Suspicious();
  }

  @Override
  public void close() {
    streams.close();
    alarms.shutdownNow();
  }
}
