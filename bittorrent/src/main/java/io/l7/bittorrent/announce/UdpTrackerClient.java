package io.l7.bittorrent.announce;

import io.l7.bittorrent.wire.CompactPeers;
import io.l7.common.net.Endpoint;
import io.l7.common.net.HostResolver;
import io.l7.common.net.Network;
import io.l7.http.message.HostPort;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * Announces over UDP (BEP 15): connect, then announce, each sent again after 15 x 2^n seconds, n =
 * 0 to 8. A connection id serves one minute. Answers with another transaction id are not ours.
 */
public final class UdpTrackerClient implements TrackerClient {
  private static final long MAGIC = 0x41727101980L;
  private static final int CONNECT = 0;
  private static final int ANNOUNCE = 1;
  private static final int ERROR = 3;
  private static final int HEADER = 20;

  private final Network network;
  private final Optional<InetAddress> from;
  private final HostResolver names;
  private final RandomGenerator random;
  private final AnnounceLimits limits;
  private final UdpRetry retry;
  private final ConcurrentHashMap<InetSocketAddress, Connected> connected =
      new ConcurrentHashMap<>();

  private record Connected(long id, long since) {}

  /**
   * @param network whose sockets
   * @param from the local address to come from, if it matters
   * @param names resolves tracker names
   */
  public UdpTrackerClient(
      Network network,
      Optional<InetAddress> from,
      HostResolver names,
      RandomGenerator random,
      AnnounceLimits limits,
      UdpRetry retry) {
    this.network = network;
    this.from = from;
    this.names = names;
    this.random = random;
    this.limits = limits;
    this.retry = retry;
  }

  @Override
  public AnnounceAnswer announce(String url, AnnounceRequest request) throws IOException {
    var target = target(url);
    var local = new InetSocketAddress(from.orElseGet(() -> wildcard(target)), 0);
    try (var exchange = new Exchange(network.bind(local), target)) {
      return exchange.announce(request);
    }
  }

  private static InetAddress wildcard(InetSocketAddress target) {
    return InetAddress.ofLiteral(target.getAddress() instanceof Inet4Address ? "0.0.0.0" : "::");
  }

  private InetSocketAddress target(String url) throws IOException {
    URI uri;
    try {
      uri = URI.create(url);
    } catch (IllegalArgumentException e) {
      throw new IOException("not a URL: " + url, e);
    }
    var named = HostPort.of(uri).filter(at -> at.port() >= 1 && at.port() <= 65_535);
    if (named.isEmpty()) {
      throw new IOException("a UDP tracker needs a host and a port: " + url);
    }
    var endpoint = Endpoint.parse(named.get().toString());
    var addresses = names.resolve(endpoint.host());
    return new InetSocketAddress(addresses.getFirst(), endpoint.port());
  }

  /** One announce over one port; answers are read by a thread of their own. */
  private final class Exchange implements AutoCloseable {
    private final Network.DatagramPort port;
    private final InetSocketAddress target;
    private final ArrayBlockingQueue<ByteBuffer> answers = new ArrayBlockingQueue<>(16);

    Exchange(Network.DatagramPort port, InetSocketAddress target) {
      this.port = port;
      this.target = target;
      Thread.ofVirtual().name("tracker-udp").start(this::receive);
    }

    private void receive() {
      var data = new byte[65_535];
      try {
        while (true) {
          var received = port.receive(data);
          if (received.from().equals(target) && received.length() >= 8) {
            var copy = ByteBuffer.allocate(received.length());
            copy.put(data, 0, received.length()).flip();
            if (!answers.offer(copy)) {
              return; // more than we could have asked for
            }
          }
        }
      } catch (IOException _) {
        // closed: the exchange is over
      }
    }

    AnnounceAnswer announce(AnnounceRequest request) throws IOException {
      for (int n = 0; n <= retry.tries(); n++) {
        var wait = retry.timeout(n);
        var id = connect(wait);
        if (id.isEmpty()) {
          continue;
        }
        int transaction = random.nextInt();
        send(announcePacket(id.get(), transaction, request));
        var answer = await(transaction, ANNOUNCE, wait);
        if (answer.isPresent()) {
          return accepted(answer.get());
        }
      }
      throw new SocketTimeoutException("no answer from " + Endpoint.of(target));
    }

    private Optional<Long> connect(Duration wait) throws IOException {
      var known = connected.get(target);
      // BEP 15: a client uses an id for one minute.
      if (known != null && retry.nanos() - known.since() < TimeUnit.MINUTES.toNanos(1)) {
        return Optional.of(known.id());
      }
      int transaction = random.nextInt();
      send(ByteBuffer.allocate(16).putLong(MAGIC).putInt(CONNECT).putInt(transaction).array());
      var answer = await(transaction, CONNECT, wait);
      if (answer.isEmpty() || answer.get().remaining() < 8) {
        return Optional.empty();
      }
      long id = answer.get().getLong();
      connected.put(target, new Connected(id, retry.nanos()));
      return Optional.of(id);
    }

    private void send(byte[] packet) throws IOException {
      port.send(packet, 0, packet.length, target);
    }

    /** The rest of the answer to a transaction; empty when none came in time. */
    private Optional<ByteBuffer> await(int transaction, int action, Duration wait)
        throws IOException {
      long end = System.nanoTime() + wait.toNanos();
      try {
        while (true) {
          var answer = answers.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
          if (answer == null) {
            return Optional.empty();
          }
          int kind = answer.getInt();
          if (answer.getInt() != transaction) {
            continue;
          }
          if (kind == ERROR) {
            connected.remove(target);
            throw new TrackerError(StandardCharsets.UTF_8.decode(answer).toString());
          }
          if (kind == action) {
            return Optional.of(answer);
          }
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while a tracker was asked");
      }
    }

    private AnnounceAnswer accepted(ByteBuffer answer) throws IOException {
      if (answer.remaining() < HEADER - 8) {
        throw new IOException("a cut answer from " + Endpoint.of(target));
      }
      int interval = Math.max(1, answer.getInt());
      int leechers = answer.getInt();
      int seeders = answer.getInt();
      int size =
          target.getAddress() instanceof Inet4Address ? CompactPeers.IPV4 : CompactPeers.IPV6;
      var compact = new byte[Math.min(answer.remaining(), limits.peers() * size)];
      answer.get(compact);
      return new AnnounceAnswer.Accepted(
          Duration.ofSeconds(interval),
          Optional.empty(),
          Optional.of(seeders),
          Optional.of(leechers),
          CompactPeers.decode(compact, size),
          Optional.empty(),
          Optional.empty());
    }

    @Override
    public void close() throws IOException {
      port.close();
    }
  }

  private static byte[] announcePacket(long id, int transaction, AnnounceRequest request) {
    return ByteBuffer.allocate(98)
        .putLong(id)
        .putInt(ANNOUNCE)
        .putInt(transaction)
        .put(request.infoHash().bytes())
        .put(request.peerId().bytes())
        .putLong(request.downloaded())
        .putLong(request.left())
        .putLong(request.uploaded())
        .putInt(request.event().code())
        .putInt(0) // the address: the packet's own
        .putInt(request.key())
        .putInt(request.wanted())
        .putShort((short) request.port())
        .array();
  }
}
