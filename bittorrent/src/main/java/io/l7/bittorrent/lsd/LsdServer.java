package io.l7.bittorrent.lsd;

import io.l7.bittorrent.metainfo.InfoHash;
import io.l7.common.limits.TokenBucket;
import io.l7.common.metrics.Metrics;
import io.l7.common.net.Cidr;
import io.l7.common.net.Network;
import io.l7.common.time.Pause;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running local discovery: says on each interface which torrents are here, and hears who else
 * is in them. An interface where that cannot be done is left out. Safe for all threads.
 */
public final class LsdServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LsdServer.class);

  /** A lasting error must not spin. */
  private static final Duration AFTER_FAILURE = Duration.ofSeconds(1);

  private final LsdLimits limits;
  private final Listener listener;
  private final String cookie;
  private final List<Home> homes = new ArrayList<>();
  private final LsdSchedule schedule;
  private final TokenBucket patience;
  private final Metrics.Tally announced;
  private final Metrics.Tally heard;
  private final Metrics.Tally dropped;
  private volatile boolean closed;

  /** A place and its port. */
  private record Home(LsdPlace place, Network.DatagramPort port) {}

  /** Who is told of others. */
  @FunctionalInterface
  public interface Listener {
    /** A peer of this network is in these torrents, of which we may be in none. */
    void heard(InetSocketAddress peer, List<InfoHash> torrents);
  }

  private LsdServer(
      LsdSettings settings, Metrics metrics, RandomGenerator random, Listener listener) {
    this.limits = settings.limits();
    this.listener = listener;
    this.cookie = HexFormat.of().toHexDigits(random.nextInt());
    this.schedule = new LsdSchedule(limits, System.nanoTime());
    this.patience = new TokenBucket(limits.heard(), 10.0 * limits.heard());
    this.announced = metrics.counter("l7_lsd_announces_total", "Local announces sent");
    this.heard = metrics.counter("l7_lsd_heard_total", "Local announces of others");
    this.dropped =
        metrics.counter(
            "l7_lsd_dropped_total",
            "Datagrams to the local groups that were too many or no announce");
  }

  /**
   * Joins the groups on the interfaces where the peer takes connections.
   *
   * @param peer its addresses
   */
  public static LsdServer start(
      LsdSettings settings,
      List<InetSocketAddress> peer,
      Network network,
      Metrics metrics,
      RandomGenerator random,
      Listener listener)
      throws IOException {
    var server = new LsdServer(settings, metrics, random, listener);
    for (var place : LsdPlace.of(peer, settings)) {
      try {
        var port = network.join(place.group(), place.on(), place.from());
        server.homes.add(new Home(place, port));
      } catch (IOException e) {
        LOG.info("no local discovery on {}: {}", place.on().getName(), e.toString());
      }
    }
    for (var home : server.homes) {
      Thread.ofVirtual()
          .name("lsd-" + home.place().on().getName())
          .start(() -> server.receive(home));
    }
    return server;
  }

  /** How many groups it is in, counting each interface. */
  public int places() {
    return homes.size();
  }

  /**
   * Announces what is due; to be called once a second.
   *
   * @param present the torrents that may be announced
   */
  public void tick(Collection<InfoHash> present, long now) {
    List<InfoHash> next;
    synchronized (schedule) {
      next = schedule.next(present, now);
    }
    if (next.isEmpty()) {
      return;
    }
    for (var home : homes) {
      var place = home.place();
      var message = new LsdMessage(place.port(), next, Optional.of(cookie)).encode(place.host());
      try {
        home.port().send(message, 0, message.length, place.group());
        announced.add();
      } catch (IOException e) {
        LOG.debug("an announce on {}: {}", place.on().getName(), e.toString());
      }
    }
  }

  private void receive(Home home) {
    var datagram = new byte[limits.received()];
    while (!closed) {
      try {
        var got = home.port().receive(datagram);
        hear(home.place(), datagram, got);
      } catch (IOException e) {
        if (!closed) {
          LOG.debug("hearing on {}: {}", home.place().on().getName(), e.toString());
          Pause.of(AFTER_FAILURE);
        }
      } catch (RuntimeException e) {
        LOG.error("a local announce", e);
      }
    }
  }

  private void hear(LsdPlace place, byte[] datagram, Network.Received got) {
    var from = got.from().getAddress();
    if (!Cidr.anyContains(place.neighbours(), from)) {
      return; // what the system heard on another interface comes here as well
    }
    var message =
        patience.tryTake(1)
            ? LsdMessage.parse(datagram, got.length())
            : Optional.<LsdMessage>empty();
    if (message.isEmpty()) {
      dropped.add();
      return;
    }
    if (message.get().cookie().filter(cookie::equals).isEmpty()) {
      heard.add();
      listener.heard(new InetSocketAddress(from, message.get().port()), message.get().torrents());
    }
  }

  /** Leaves the groups. */
  @Override
  public void close() {
    closed = true;
    for (var home : homes) {
      try {
        home.port().close();
      } catch (IOException e) {
        LOG.debug("closing: {}", e.toString());
      }
    }
  }
}
