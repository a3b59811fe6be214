package io.l7.common.net;

import io.l7.common.framing.BufferPool;
import io.l7.common.framing.WireException;
import io.l7.common.metrics.Metrics;
import io.l7.common.tls.TlsIdentity;
import io.l7.common.transcript.Event;
import io.l7.common.transcript.Transcript;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts connections and serves each in a thread of its own, virtual unless asked otherwise. A
 * permit is taken before accepting, so that what cannot be served stays in the kernel's queue;
 * errors of accepting back off and are counted, and never end the server.
 */
public final class TcpServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TcpServer.class);
  private static final Duration ACCEPT_BACKOFF_MIN = Duration.ofMillis(5);
  private static final Duration ACCEPT_BACKOFF_MAX = Duration.ofSeconds(1);
  private static final int POOLED_BUFFERS = 64;

  private final String name;
  private final ConnectionLimits limits;
  private final Transcript transcript;
  private final ConnectionHandler handler;
  private final ThreadFactory threads;
  private final Semaphore permits;
  private final Sweeper sweeper;
  private final BufferPool buffers = new BufferPool(POOLED_BUFFERS);
  private final ConcurrentHashMap<Cidr, Integer> perAddress = new ConcurrentHashMap<>();
  private final AtomicLong serial = new AtomicLong();
  private final List<Network.Acceptor> acceptors = new ArrayList<>();
  private final List<Thread> acceptThreads = new ArrayList<>();
  private final Counters counters;
  private volatile boolean draining;

  private record Counters(
      Metrics.Tally accepted,
      Metrics.Tally refused,
      Metrics.Tally acceptErrors,
      Metrics.Tally timedOut,
      Metrics.Tally malformed,
      Metrics.Tally gone,
      Metrics.Tally failed) {
    static Counters of(Metrics metrics, String name) {
      var ended = "l7_tcp_connections_ended_badly_total";
      var help = "Connections that ended other than by agreement, by reason";
      return new Counters(
          metrics.counter(
              "l7_tcp_connections_accepted_total", "Connections accepted", "server", name),
          metrics.counter(
              "l7_tcp_connections_refused_total",
              "Connections over the limit of one address",
              "server",
              name),
          metrics.counter("l7_tcp_accept_errors_total", "Failures to accept", "server", name),
          metrics.counter(ended, help, "reason", name + "_timed_out"),
          metrics.counter(ended, help, "reason", name + "_malformed"),
          metrics.counter(ended, help, "reason", name + "_peer_gone"),
          metrics.counter(ended, help, "reason", name + "_our_fault"));
    }
  }

  private TcpServer(Builder builder, ConnectionHandler handler) {
    this.name = builder.name;
    this.limits = builder.limits;
    this.transcript = builder.transcript;
    this.handler = handler;
    this.threads = Thread.ofVirtual().name(name + "-", 0).factory();
    this.permits = new Semaphore(limits.connections());
    this.sweeper = new Sweeper(name);
    this.counters = Counters.of(builder.metrics, name);
    builder.metrics.gauge(
        "l7_" + name.replace('-', '_') + "_connections", "Connections open now", this::connections);
  }

  /**
   * Begins to describe a server; {@code name} stands in thread names, connection ids and metrics.
   */
  public static Builder named(String name) {
    return new Builder(name);
  }

  /** How a server is described before it starts. */
  public static final class Builder {
    private final String name;
    private final List<Listener> listeners = new ArrayList<>();
    private ConnectionLimits limits = ConnectionLimits.defaults();
    private Network network = Network.real();
    private Transcript transcript = Transcript.none();
    private Metrics metrics = new Metrics();

    private Builder(String name) {
      this.name = name;
    }

    /** Adds an address to listen on. */
    public Builder listen(Listener listener) {
      listeners.add(listener);
      return this;
    }

    /** Sets the bounds; {@link ConnectionLimits#defaults()} otherwise. */
    public Builder limits(ConnectionLimits bounds) {
      limits = bounds;
      return this;
    }

    /** Sets the network; the real one otherwise. */
    public Builder network(Network seam) {
      network = seam;
      return this;
    }

    /** Sets where the dialogues go; nowhere otherwise. */
    public Builder transcript(Transcript sink) {
      transcript = sink;
      return this;
    }

    /** Sets where to count; in a registry of its own otherwise. */
    public Builder metrics(Metrics registry) {
      metrics = registry;
      return this;
    }

    /**
     * Binds every listener and starts to accept.
     *
     * @throws IOException an address could not be bound; then none is
     */
    public TcpServer start(ConnectionHandler handler) throws IOException {
      var server = new TcpServer(this, handler);
      try {
        for (var listener : listeners)
          server.acceptors.add(network.listen(listener.endpoint().toSocketAddress()));
      } catch (IOException | RuntimeException e) {
        server.close();
        throw e;
      }
      for (int i = 0; i < listeners.size(); i++) {
        var acceptor = server.acceptors.get(i);
        var listener = listeners.get(i);
        server.acceptThreads.add(
            Thread.ofPlatform()
                .daemon()
                .name(name + "-accept-" + acceptor.address().getPort())
                .start(() -> server.accept(acceptor, listener)));
      }
      return server;
    }
  }

  /** The addresses it listens on, in the order of the listeners, with the ports it got. */
  public List<InetSocketAddress> addresses() {
    return acceptors.stream().map(Network.Acceptor::address).toList();
  }

  /** The address of the first listener. */
  public InetSocketAddress address() {
    return acceptors.getFirst().address();
  }

  /** How many connections are open now. */
  public int connections() {
    return sweeper.connections().size();
  }

  private void accept(Network.Acceptor acceptor, Listener listener) {
    long backoff = 0;
    while (!draining) {
      permits.acquireUninterruptibly();
      boolean handedOver = false;
      try {
        var socket = acceptor.accept();
        backoff = 0;
        handedOver = admit(socket, listener);
      } catch (IOException | RuntimeException | Error e) { // whatever it is, it must not end here
        if (draining) return;
        backoff =
            Math.clamp(backoff * 2, ACCEPT_BACKOFF_MIN.toNanos(), ACCEPT_BACKOFF_MAX.toNanos());
        counters.acceptErrors.add();
        LOG.warn(
            "{}: accepting failed, next try in {} ms: {}", name, backoff / 1_000_000, e.toString());
        java.util.concurrent.locks.LockSupport.parkNanos(backoff);
      } finally {
        if (!handedOver) permits.release();
      }
    }
  }

  private boolean admit(Socket socket, Listener listener) throws IOException {
    var address = socket.getInetAddress();
    if (address == null || !enter(Cidr.ofClient(address))) {
      counters.refused.add();
      socket.close();
      return false;
    }
    counters.accepted.add();
    threads.newThread(() -> serve(socket, address, listener)).start();
    return true;
  }

  private boolean enter(Cidr client) {
    if (perAddress.merge(client, 1, Integer::sum) <= limits.perAddress()) return true;
    leave(client);
    return false;
  }

  private void leave(Cidr client) {
    perAddress.computeIfPresent(client, (key, count) -> count == 1 ? null : count - 1);
  }

  private void serve(Socket socket, InetAddress address, Listener listener) {
    try (var connection =
        new Connection(
            name + "-" + serial.incrementAndGet(),
            Event.Side.SERVER,
            socket,
            sweeper,
            limits,
            buffers,
            transcript)) {
      if (draining) connection.drain();
      if (Cidr.anyContains(listener.proxies(), address))
        ProxyProtocol.read(connection, limits.proxyHeader());
      if (listener.tls().isEmpty() || begin(connection, listener.tls().get())) {
        handler.serve(connection);
      } else {
        counters.malformed.add();
        handler.refusePlaintext(connection);
      }
      connection.finish();
    } catch (WireException e) {
      switch (e) {
        case WireException.TimedOut t -> counters.timedOut.add();
        case WireException.Draining d -> {} // agreed
        case WireException.Malformed m -> counters.malformed.add();
        case WireException.TooLong t -> counters.malformed.add();
        case WireException.Truncated t -> counters.gone.add();
      }
    } catch (IOException e) {
      counters.gone.add();
      LOG.debug("{}: connection lost: {}", name, e.toString());
    } catch (RuntimeException | Error e) {
      counters.failed.add();
      LOG.error("{}: a session failed", name, e);
    } finally {
      close(socket);
      leave(Cidr.ofClient(address));
      permits.release();
    }
  }

  private boolean begin(Connection connection, TlsIdentity identity) throws IOException {
    try (var _ = connection.within(limits.handshake(), "TLS handshake")) {
      return connection.begin(identity);
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      LOG.debug("closing: {}", e.toString());
    }
  }

  /**
   * Stops accepting, lets each session end at its next boundary, wakes those still reading when
   * {@code limit} has passed, and closes what is left after {@link Connection#LAST_WORDS}. Returns
   * when no connection is left.
   */
  public void drain(Duration limit) {
    draining = true;
    for (var acceptor : acceptors) {
      try {
        acceptor.close();
      } catch (IOException e) {
        LOG.warn("{}: closing a listener: {}", name, e.toString());
      }
    }
    var connections = sweeper.connections();
    connections.forEach(Connection::drain); // all of them, before the first is gone
    connections.forEach(Connection::stopIdle);
    if (!awaitNone(limit)) {
      connections.forEach(Connection::stopInput);
      awaitNone(Connection.LAST_WORDS);
      connections.forEach(Connection::close);
    }
    awaitAcceptors();
    sweeper.stop();
  }

  /** Whether the connections ended within {@code limit}. */
  private boolean awaitNone(Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    while (!sweeper.connections().isEmpty()) {
      if (System.nanoTime() - end >= 0) return false;
      java.util.concurrent.locks.LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
    }
    return true;
  }

  private void awaitAcceptors() {
    for (var thread : acceptThreads) {
      if (thread.equals(Thread.currentThread())) continue;
      permits.release(); // one that waits for a permit must see that we stop
      try {
        thread.join(ACCEPT_BACKOFF_MAX);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /** Closes at once: {@link #drain} without patience, but with last words. */
  @Override
  public void close() {
    drain(Duration.ZERO);
  }
}
