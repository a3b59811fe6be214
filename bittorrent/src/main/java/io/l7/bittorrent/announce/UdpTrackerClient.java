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
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * Announces over UDP (BEP 15): connect, then announce, each sent again after 15 x 2^n seconds, n =
 * 0 to 8. A connection id serves one minute, or until it is met with silence. Answers with another
 * transaction id are not ours. What the URL says behind the port is told as BEP 41 has it.
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
    var uri = uri(url);
    var unreachable = new IOException("no address of " + uri.getHost() + " can be reached");
    for (var target : targets(uri)) {
      try (var exchange = new Exchange(network.bind(local(target)), target)) {
        return exchange.announce(request, UrlData.of(uri));
      } catch (InterruptedIOException | TrackerError e) {
        throw e; // it is there, or may be
      } catch (IOException e) {
        unreachable.addSuppressed(e); // as where a name has an IPv6 address and we have none
      }
    }
    var tried = unreachable.getSuppressed();
    throw tried.length == 1 && tried[0] instanceof IOException only ? only : unreachable;
  }

  private InetSocketAddress local(InetSocketAddress target) {
    var there = target.getAddress();
    return new InetSocketAddress(
        from.filter(here -> HomeNetwork.reaches(here, there)).orElseGet(() -> wildcard(there)), 0);
  }

  private static InetAddress wildcard(InetAddress target) {
    return InetAddress.ofLiteral(target instanceof Inet4Address ? "0.0.0.0" : "::");
  }

  private static URI uri(String url) throws IOException {
    try {
      return URI.create(url);
    } catch (IllegalArgumentException e) {
      throw new IOException("not a URL: " + url, e);
    }
  }

  /** Where a tracker may be; first where it sees us under the address that we listen at. */
  private List<InetSocketAddress> targets(URI uri) throws IOException {
    var named = HostPort.of(uri).filter(at -> at.port() >= 1 && at.port() <= 65_535);
    if (named.isEmpty()) {
      throw new IOException("a UDP tracker needs a host and a port: " + uri);
    }
    var endpoint = Endpoint.parse(named.get().toString());
    return names.resolve(endpoint.host()).stream()
        .sorted(
            Comparator.comparing(
                there -> from.filter(here -> !HomeNetwork.reaches(here, there)).isPresent()))
        .map(address -> new InetSocketAddress(address, endpoint.port()))
        .toList();
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

    AnnounceAnswer announce(AnnounceRequest request, byte[] options) throws IOException {
      for (int n = 0; n <= retry.tries(); n++) {
        var wait = retry.timeout(n);
        var id = connect(wait);
        if (id.isEmpty()) {
          continue;
        }
        int transaction = random.nextInt();
        send(announcePacket(id.get(), transaction, request, options));
        var answer = await(transaction, ANNOUNCE, wait);
        if (answer.isPresent()) {
          return accepted(answer.get());
        }
        // Of a tracker that was restarted, or knows our port by the id: it will not say so.
        connected.remove(target);
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

  private static byte[] announcePacket(
      long id, int transaction, AnnounceRequest request, byte[] options) {
    return ByteBuffer.allocate(98 + options.length)
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
        .put(options)
        .array();
  }
}
