package io.l7.common.net;

import io.l7.common.framing.BufferPool;
import io.l7.common.transcript.Event;
import io.l7.common.transcript.Transcript;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Opens connections: names through the given resolver, then each address in turn until one answers,
 * the next one starting when the first is slow (RFC 8305). Immutable; safe for all threads.
 */
public final class Dialer {
  private static final int POOLED_BUFFERS = 16;

  /**
   * Systems give up long before; what a socket counts in an int of milliseconds ends soon after.
   */
  private static final Duration LONGEST_CONNECT = Duration.ofDays(1);

  private final Network network;
  private final HostResolver names;
  private final Optional<InetAddress> from;
  private final Duration connectTimeout;
  private final Transcript transcript;
  private final ConnectionLimits limits;
  private final Shared shared;

  /** What every copy of a dialer has in common. */
  private record Shared(Sweeper sweeper, BufferPool buffers, AtomicLong serial) {}

  private Dialer(
      Network network,
      HostResolver names,
      Optional<InetAddress> from,
      Duration connectTimeout,
      Transcript transcript,
      ConnectionLimits limits,
      Shared shared) {
    this.network = network;
    this.names = names;
    this.from = from;
    this.connectTimeout = connectTimeout;
    this.transcript = transcript;
    this.limits = limits;
    this.shared = shared;
  }

  /**
   * A dialer over {@code network}: the machine's resolver, ten seconds to connect, no transcript.
   */
  public static Dialer over(Network network) {
    return new Dialer(
        network,
        HostResolver.system(),
        Optional.empty(),
        Duration.ofSeconds(10),
        Transcript.none(),
        ConnectionLimits.defaults(),
        new Shared(new Sweeper("dialer"), new BufferPool(POOLED_BUFFERS), new AtomicLong()));
  }

  /** The same with another resolver. */
  public Dialer names(HostResolver resolver) {
    return new Dialer(network, resolver, from, connectTimeout, transcript, limits, shared);
  }

  /** The same, coming from a certain local address. */
  public Dialer from(InetAddress address) {
    return new Dialer(
        network, names, Optional.of(address), connectTimeout, transcript, limits, shared);
  }

  /** The same with another limit for connecting, over all addresses of a name. */
  public Dialer connectTimeout(Duration limit) {
    return new Dialer(network, names, from, limit, transcript, limits, shared);
  }

  /** The same with a transcript of every dialogue. */
  public Dialer transcript(Transcript sink) {
    return new Dialer(network, names, from, connectTimeout, sink, limits, shared);
  }

  /** The same with other limits; only those of handshake, idling and lingering matter here. */
  public Dialer limits(ConnectionLimits bounds) {
    return new Dialer(network, names, from, connectTimeout, transcript, bounds, shared);
  }

  /** The resolver in use. */
  public HostResolver names() {
    return names;
  }

  /**
   * Connects to {@code endpoint}, blocking.
   *
   * @throws UnknownHostException the name has no address
   * @throws java.net.SocketTimeoutException no address answered in time
   */
  public Connection dial(Endpoint endpoint) throws IOException {
    var literal = endpoint.literal();
    List<InetAddress> addresses =
        literal.isPresent() ? List.of(literal.get()) : names.resolve(endpoint.host());
    if (addresses.isEmpty()) throw new UnknownHostException(endpoint.host());
    var targets =
        addresses.stream().map(address -> new InetSocketAddress(address, endpoint.port())).toList();
    return open(targets.size() == 1 ? connect(targets.getFirst(), connectTimeout) : race(targets));
  }

  /** Connects to one address, blocking. */
  public Connection dial(InetSocketAddress address) throws IOException {
    return open(connect(address, connectTimeout));
  }

  private Connection open(Socket socket) throws IOException {
    try {
      return new Connection(
          "dial-"
              + socket.getLocalSocketAddress().toString().replace("/", "")
              + "-"
              + shared.serial.incrementAndGet(),
          Event.Side.CLIENT,
          socket,
          shared.sweeper,
          limits,
          shared.buffers,
          transcript);
    } catch (IOException | RuntimeException e) {
      socket.close();
      throw e;
    }
  }

  private Socket connect(InetSocketAddress target, Duration timeout) throws IOException {
    try {
      return network.connect(
          from, target, timeout.compareTo(LONGEST_CONNECT) < 0 ? timeout : LONGEST_CONNECT);
    } catch (java.net.ConnectException e) {
      var named = new java.net.ConnectException(Endpoint.of(target) + ": " + e.getMessage());
      named.initCause(e);
      throw named;
    }
  }

  private Socket race(List<InetSocketAddress> targets) throws IOException {
    return new HappyEyeballs(targets, connectTimeout, this::connect).first();
  }
}
