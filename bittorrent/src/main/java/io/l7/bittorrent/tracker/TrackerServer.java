package io.l7.bittorrent.tracker;

import io.l7.common.disk.Disk;
import io.l7.common.metrics.Metrics;
import io.l7.common.net.Endpoint;
import io.l7.common.net.Listener;
import io.l7.common.net.Network;
import io.l7.common.net.UdpServer;
import io.l7.common.transcript.Transcript;
import io.l7.http.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The running tracker: its listeners, its store, and the thread that keeps house. */
public final class TrackerServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(TrackerServer.class);
  private static final Duration HOUSEKEEPING = Duration.ofSeconds(1);
  private static final Duration EXPIRY_ROUND = Duration.ofSeconds(10);
  private static final Duration SNAPSHOT_ROUND = Duration.ofMinutes(1);

  private final Settings settings;
  private final SwarmStore store;
  private final TrackerCounters counters;
  private final AtomicReference<AllowList> allowed;
  private final long started;
  private final Thread housekeeper;
  private @Nullable HttpServer http;
  private @Nullable UdpServer udp;
  private boolean serving;
  private boolean closed;
  private final Optional<AllowFile> allowFile;
  private final CountDownLatch stop = new CountDownLatch(1);

  /** How a tracker is set up. */
  public record Settings(
      List<Listener> httpListeners,
      Optional<Endpoint> udpEndpoint,
      TrackerLimits trackerLimits,
      AllowList allowList,
      Optional<Path> allowPath,
      Optional<Path> statePath,
      Disk stateDisk,
      Network sockets,
      Metrics counted,
      Transcript dialogues,
      int udpReceivers,
      LongSupplier nanos) {
    public Settings {
      httpListeners = List.copyOf(httpListeners);
    }

    /** No listener, everything allowed, nothing kept. */
    public static final Settings DEFAULT =
        new Settings(
            List.of(),
            Optional.empty(),
            TrackerLimits.DEFAULT,
            AllowList.everything(),
            Optional.empty(),
            Optional.empty(),
            Disk.real(),
            Network.real(),
            new Metrics(),
            Transcript.none(),
            Runtime.getRuntime().availableProcessors(),
            System::nanoTime);

    /** Listens here for HTTP. */
    public Settings http(Listener listener) {
      var all = new ArrayList<>(httpListeners);
      all.add(listener);
      return with(all, udpEndpoint, trackerLimits, allowList, allowPath, statePath);
    }

    /** Listens here for UDP. */
    public Settings udp(Endpoint e) {
      return with(httpListeners, Optional.of(e), trackerLimits, allowList, allowPath, statePath);
    }

    /** With these limits. */
    public Settings limits(TrackerLimits l) {
      return with(httpListeners, udpEndpoint, l, allowList, allowPath, statePath);
    }

    /** Serves these torrents alone. */
    public Settings allow(AllowList list) {
      return with(httpListeners, udpEndpoint, trackerLimits, list, allowPath, statePath);
    }

    /** Serves the torrents named in a file alone. */
    public Settings allowFile(Path p) {
      return with(httpListeners, udpEndpoint, trackerLimits, allowList, Optional.of(p), statePath);
    }

    /** Keeps swarms in this file. */
    public Settings state(Path p) {
      return with(httpListeners, udpEndpoint, trackerLimits, allowList, allowPath, Optional.of(p));
    }

    /** On this disk. */
    public Settings disk(Disk d) {
      return over(d, sockets, counted, dialogues, nanos);
    }

    /** Over this network. */
    public Settings network(Network n) {
      return over(stateDisk, n, counted, dialogues, nanos);
    }

    /** Counted here. */
    public Settings metrics(Metrics m) {
      return over(stateDisk, sockets, m, dialogues, nanos);
    }

    /** Recorded here. */
    public Settings transcript(Transcript t) {
      return over(stateDisk, sockets, counted, t, nanos);
    }

    /** By this clock. */
    public Settings clock(LongSupplier clock) {
      return over(stateDisk, sockets, counted, dialogues, clock);
    }

    private Settings with(
        List<Listener> h,
        Optional<Endpoint> u,
        TrackerLimits l,
        AllowList a,
        Optional<Path> f,
        Optional<Path> s) {
      return new Settings(
          h, u, l, a, f, s, stateDisk, sockets, counted, dialogues, udpReceivers, nanos);
    }

    private Settings over(Disk d, Network n, Metrics m, Transcript t, LongSupplier clock) {
      return new Settings(
          httpListeners,
          udpEndpoint,
          trackerLimits,
          allowList,
          allowPath,
          statePath,
          d,
          n,
          m,
          t,
          udpReceivers,
          clock);
    }
  }

  private TrackerServer(Settings settings) throws IOException {
    this.settings = settings;
    var random = new SecureRandom();
    this.store = new SwarmStore(settings.trackerLimits(), settings.nanos(), random);
    this.counters = TrackerCounters.of(settings.counted(), store);
    this.allowed = new AtomicReference<>(settings.allowList());
    this.allowFile =
        settings.allowPath().map(file -> new AllowFile(file, allowed, counters.unread()));
    allowFile.ifPresent(AllowFile::follow);
    this.started = settings.nanos().getAsLong();
    if (settings.statePath().isPresent()) {
      restore(settings.statePath().get());
    }
    // It reads and writes files: on a virtual thread it would hold a carrier meanwhile.
    this.housekeeper =
        Thread.ofPlatform().daemon().name("tracker-housekeeper").unstarted(this::keepHouse);
  }

  /** Binds and serves. */
  public static TrackerServer start(Settings settings) throws IOException {
    var server = new TrackerServer(settings);
    try {
      server.listen();
    } catch (IOException | RuntimeException e) {
      server.close();
      throw e;
    }
    server.serve();
    return server;
  }

  private void listen() throws IOException {
    if (!settings.httpListeners().isEmpty()) {
      var builder = HttpServer.builder();
      settings.httpListeners().forEach(builder::listen);
      http =
          builder
              .handler(
                  new HttpTracker(
                      store, settings.trackerLimits(), allowed::get, counters, this::statistics))
              .network(settings.sockets())
              .metrics(settings.counted())
              .transcript(settings.dialogues())
              .start();
    }
    if (settings.udpEndpoint().isPresent()) {
      var ids = new ConnectionIds(settings.trackerLimits(), settings.nanos(), new SecureRandom());
      udp =
          UdpServer.named("tracker")
              .bind(settings.udpEndpoint().get())
              .receivers(settings.udpReceivers())
              .network(settings.sockets())
              .metrics(settings.counted())
              .start(new UdpTracker(store, settings.trackerLimits(), ids, allowed::get, counters));
    }
  }

  private synchronized void serve() {
    serving = true;
    housekeeper.start();
  }

  private HttpTracker.TrackerStatistics statistics() {
    return new HttpTracker.TrackerStatistics(
        store.torrents(),
        store.peers(),
        store.seeds(),
        counters.httpAnnounces().value(),
        counters.udpAnnounces().value(),
        counters.httpScrapes().value() + counters.udpScrapes().value(),
        counters.udpConnects().value(),
        counters.refused().value(),
        TimeUnit.NANOSECONDS.toSeconds(settings.nanos().getAsLong() - started));
  }

  /** Where it listens for HTTP. */
  public List<InetSocketAddress> httpAddresses() {
    return http == null ? List.of() : http.addresses();
  }

  /** Where it listens for UDP. */
  public Optional<InetSocketAddress> udpAddress() {
    return Optional.ofNullable(udp).map(UdpServer::address);
  }

  /** The announce URL over HTTP or HTTPS, over UDP when there is neither. */
  public String announceUrl() {
    if (http == null) {
      return "udp://" + Endpoint.of(udpAddress().orElseThrow());
    }
    var scheme = settings.httpListeners().getFirst().tls().isPresent() ? "https" : "http";
    return scheme + "://" + Endpoint.of(httpAddresses().getFirst()) + "/announce";
  }

  /** Peers known now. */
  public int peers() {
    return store.peers();
  }

  /** Torrents known now. */
  public int torrents() {
    return store.torrents();
  }

  /** Replaces the list of torrents that are served. */
  public void allow(AllowList list) {
    allowed.set(list);
  }

  private void keepHouse() {
    try {
      for (long second = 1; !stop.await(HOUSEKEEPING.toMillis(), TimeUnit.MILLISECONDS); second++) {
        try {
          keepHouse(second);
        } catch (RuntimeException e) {
          LOG.error("keeping house", e); // and again in a second
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void keepHouse(long second) {
    allowFile.ifPresent(AllowFile::follow);
    if (second % EXPIRY_ROUND.toSeconds() == 0) {
      store.expire();
    }
    if (second % SNAPSHOT_ROUND.toSeconds() == 0) {
      save();
    }
  }

  private void restore(Path file) throws IOException {
    if (!new TrackerSnapshot(settings.stateDisk(), file).restore(store)
        && settings.stateDisk().exists(file)) {
      LOG.warn("the state in {} is damaged; beginning without it", file);
    }
  }

  private void save() {
    if (settings.statePath().isPresent()) {
      try {
        new TrackerSnapshot(settings.stateDisk(), settings.statePath().get()).save(store);
      } catch (IOException e) {
        LOG.error("the state cannot be saved", e);
      }
    }
  }

  /** Stops accepting, lets answers in hand end, and saves the state. */
  public void drain(Duration limit) {
    if (http != null) {
      http.drain(limit);
    }
    close();
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    stop.countDown();
    awaitHousekeeper();
    if (udp != null) {
      udp.close();
    }
    if (http != null) {
      http.close();
    }
    if (serving) { // or else it may be the state of the tracker that has our port
      save();
    }
  }

  /** Two must not write the state at the same time. */
  private void awaitHousekeeper() {
    try {
      housekeeper.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
