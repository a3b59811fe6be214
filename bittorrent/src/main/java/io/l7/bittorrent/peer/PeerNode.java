package io.l7.bittorrent.peer;

import io.l7.bittorrent.announce.AnnounceLimits;
import io.l7.bittorrent.announce.Announcer;
import io.l7.bittorrent.announce.HomeNetwork;
import io.l7.bittorrent.announce.HttpTrackerClient;
import io.l7.bittorrent.announce.TrackerTiers;
import io.l7.bittorrent.announce.UdpRetry;
import io.l7.bittorrent.announce.UdpTrackerClient;
import io.l7.bittorrent.dht.DhtLimits;
import io.l7.bittorrent.dht.DhtServer;
import io.l7.bittorrent.dht.DhtSettings;
import io.l7.bittorrent.metainfo.InfoHash;
import io.l7.bittorrent.storage.BlockBuffers;
import io.l7.bittorrent.storage.StorageLimits;
import io.l7.bittorrent.webseed.WebSeedClient;
import io.l7.bittorrent.wire.Handshake;
import io.l7.bittorrent.wire.PeerId;
import io.l7.bittorrent.wire.WireLimits;
import io.l7.common.disk.Disk;
import io.l7.common.disk.DiskPool;
import io.l7.common.net.Connection;
import io.l7.common.net.ConnectionLimits;
import io.l7.common.net.Dialer;
import io.l7.common.net.Endpoint;
import io.l7.common.net.Listener;
import io.l7.common.net.TcpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One peer of the network: a listener, a peer id, limits of rate, and any number of torrents. */
public final class PeerNode implements AutoCloseable {
  static final String CLIENT = "L7 0.1";

  private static final Logger LOG = LoggerFactory.getLogger(PeerNode.class);
  private static final Duration TICK = Duration.ofSeconds(1);

  private final NodeSettings settings;
  private final PeerId peerId;
  private final int key;
  private final SecureRandom seeds;
  private final PeerCounters counters;
  private final DiskPool diskPool;
  private final BlockBuffers buffers;
  private final Dialer dialer;
  private final HttpTrackerClient httpTrackers;
  private final WebSeedClient webSeeds;
  private final Pace upPace;
  private final Pace downPace;
  private final Lobby lobby;
  private final TcpServer server;
  private final Optional<DhtServer> dht;
  private final Optional<Neighbourhood> neighbours;
  private final Thread ticker;
  private final ConcurrentHashMap<InfoHash, TorrentSession> torrents = new ConcurrentHashMap<>();

  private PeerNode(NodeSettings settings) throws IOException {
    this.settings = settings;
    this.seeds = new SecureRandom();
    this.peerId = PeerId.random(seeds);
    this.key = seeds.nextInt();
    this.counters = PeerCounters.of(settings.metrics());
    this.diskPool = new DiskPool("bittorrent");
    this.buffers = new BlockBuffers(settings.storage().bufferedBlocks());
    this.upPace = Pace.of(settings.upRate());
    this.downPace = Pace.of(settings.downRate());
    var local = localAddress(settings.listen());
    var open =
        Dialer.over(new HomeNetwork(settings.network()))
            .names(settings.names())
            .connectTimeout(settings.limits().dial())
            .transcript(settings.transcript());
    this.dialer = local.map(open::from).orElse(open);
    this.httpTrackers = new HttpTrackerClient(dialer, settings.announce());
    this.webSeeds = new WebSeedClient(dialer, settings.limits().webSeeds());
    this.lobby = new Lobby(settings.limits());
    try {
      this.server = listen();
      this.dht = openDht();
      this.neighbours = openNeighbourhood();
    } catch (IOException | RuntimeException e) {
      httpTrackers.close();
      webSeeds.close();
      diskPool.close();
      throw e;
    }
    this.ticker = Thread.ofVirtual().name("peer-ticker").start(this::tick);
  }

  /** Opens the listeners. */
  public static PeerNode start(NodeSettings settings) throws IOException {
    return new PeerNode(settings);
  }

  /** A node that listens on one address comes from there too, where it can. */
  private static Optional<InetAddress> localAddress(List<Endpoint> listen) {
    return listen.stream()
        .flatMap(endpoint -> endpoint.literal().stream())
        .filter(a -> !a.isAnyLocalAddress())
        .findFirst();
  }

  private TcpServer listen() throws IOException {
    var builder =
        TcpServer.named("peer")
            .network(settings.network())
            .metrics(settings.metrics())
            .transcript(settings.transcript())
            .limits(
                ConnectionLimits.defaults()
                    // One more than may wait: the newest is taken in before the oldest is out.
                    .connections(
                        settings.limits().connections() + settings.limits().handshakes() + 1)
                    .perAddress(settings.limits().perAddress() * 3));
    settings.listen().forEach(endpoint -> builder.listen(Listener.tcp(endpoint)));
    return builder.start(this::accept);
  }

  private Optional<DhtServer> openDht() throws IOException {
    if (settings.dht().isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          BesideDht.open(
              settings.dht().get(),
              server.addresses(),
              new DhtServer.World(
                  settings.network(),
                  settings.names(),
                  settings.disk(),
                  settings.metrics(),
                  settings.transcript())));
    } catch (IOException | RuntimeException e) {
      server.close();
      throw e;
    }
  }

  private Optional<Neighbourhood> openNeighbourhood() throws IOException {
    if (settings.lsd().isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(new Neighbourhood(settings, server.addresses(), seeds, torrents));
    } catch (IOException | RuntimeException e) {
      dht.ifPresent(DhtServer::close);
      server.close();
      throw e;
    }
  }

  private void accept(Connection connection) throws IOException {
    lobby.enter(connection);
    Optional<Handshake> theirs;
    try {
      connection.deadline(settings.wire().handshake(), "handshake");
      theirs = Handshake.read(connection.in());
    } finally {
      lobby.leave(connection);
    }
    // What is not ours is closed without a word.
    var torrent = theirs.map(t -> torrents.get(t.infoHash()));
    if (torrent.isPresent() && lobby.sit(this::dismiss)) {
      try {
        welcome(connection, theirs.get(), torrent.get());
      } finally {
        lobby.rise();
      }
    }
  }

  /** Makes a place where the crowd is greatest; whether somebody had to go. */
  private boolean dismiss() {
    return torrents.values().stream()
        .map(TorrentSession::door)
        .sorted(Comparator.comparingInt(Door::connections).reversed())
        .anyMatch(Door::dismissIncoming);
  }

  private void welcome(Connection connection, Handshake theirs, TorrentSession torrent)
      throws IOException {
    // Who comes while the disk is being checked waits a little: sent away, it would not come again
    // for seconds.
    if (!torrent.awaitChecked(settings.wire().handshake())) {
      return;
    }
    connection.out().write(handshake(torrent).encode());
    connection.out().flush();
    counters.accepted().add();
    torrent.door().serve(connection, theirs, PeerConnection.Origin.INCOMING);
  }

  /** Says hello on a connection we made; empty when the other end does not have the torrent. */
  Optional<Handshake> greet(Connection connection, TorrentSession torrent) throws IOException {
    connection.deadline(settings.wire().handshake(), "handshake");
    connection.out().write(handshake(torrent).encode());
    connection.out().flush();
    return Handshake.read(connection.in()).filter(h -> h.infoHash().equals(torrent.infoHash()));
  }

  private Handshake handshake(TorrentSession torrent) {
    var extensions = EnumSet.of(Handshake.Extension.EXTENSION_PROTOCOL, Handshake.Extension.FAST);
    if (torrent.dht().isOn()) {
      extensions.add(Handshake.Extension.DHT);
    }
    return new Handshake(extensions, torrent.infoHash(), peerId);
  }

  private void tick() {
    try {
      while (true) {
        Thread.sleep(TICK);
        neighbours.ifPresent(Neighbourhood::tick);
        for (var torrent : torrents.values()) {
          try {
            torrent.tick();
          } catch (RuntimeException e) {
            LOG.error("torrent {}", torrent.infoHash(), e);
          }
        }
      }
    } catch (InterruptedException _) {
      // closed
    }
  }

  /** Joins a torrent. */
  public TorrentSession add(TorrentSpec spec) {
    var torrent = new TorrentSession(this, spec);
    if (torrents.putIfAbsent(spec.infoHash(), torrent) != null) {
      throw new IllegalStateException("this torrent is there already: " + spec.infoHash());
    }
    dht.ifPresent(node -> node.join(spec.nodes()));
    torrent.start();
    return torrent;
  }

  void forget(TorrentSession torrent) {
    torrents.remove(torrent.infoHash(), torrent);
  }

  /** Its node of the DHT, if it has one. */
  public Optional<DhtServer> dht() {
    return dht;
  }

  /** Its local discovery, if it has any. */
  public Optional<Neighbourhood> neighbours() {
    return neighbours;
  }

  DhtLimits dhtLimits() {
    return settings.dht().map(DhtSettings::limits).orElse(DhtLimits.DEFAULT);
  }

  Announcer announcer(List<List<String>> tiers, Announcer.Port port) {
    int trackers = tiers.stream().mapToInt(List::size).sum();
    var udp =
        new UdpTrackerClient(
            settings.network(),
            localAddress(settings.listen()),
            settings.names(),
            seeds,
            settings.announce(),
            // A silent tracker must not keep the next one waiting for an hour.
            trackers > 1 ? UdpRetry.ONCE : UdpRetry.BEP15);
    return new Announcer(
        new TrackerTiers(tiers, random()),
        Map.of("http", httpTrackers, "https", httpTrackers, "udp", udp),
        settings.announce(),
        port);
  }

  /** Where it takes connections. */
  public List<InetSocketAddress> addresses() {
    return server.addresses();
  }

  Optional<Integer> port() {
    return server.addresses().stream().findFirst().map(InetSocketAddress::getPort);
  }

  OptionalLong upRate() {
    return settings.upRate();
  }

  OptionalLong downRate() {
    return settings.downRate();
  }

  PeerId peerId() {
    return peerId;
  }

  int key() {
    return key;
  }

  /** A generator of one torrent's own: they are not safe to share. */
  RandomGenerator random() {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(seeds.nextLong());
  }

  Dialer dialer() {
    return dialer;
  }

  WebSeedClient webSeeds() {
    return webSeeds;
  }

  Disk disk() {
    return settings.disk();
  }

  DiskPool diskPool() {
    return diskPool;
  }

  BlockBuffers buffers() {
    return buffers;
  }

  PeerCounters counters() {
    return counters;
  }

  Pace upPace() {
    return upPace;
  }

  Pace downPace() {
    return downPace;
  }

  PeerLimits limits() {
    return settings.limits();
  }

  WireLimits wireLimits() {
    return settings.wire();
  }

  StorageLimits storageLimits() {
    return settings.storage();
  }

  AnnounceLimits announceLimits() {
    return settings.announce();
  }

  /** Leaves every swarm and stops listening. */
  @Override
  public void close() {
    ticker.interrupt();
    List.copyOf(torrents.values()).forEach(TorrentSession::close);
    neighbours.ifPresent(Neighbourhood::close);
    dht.ifPresent(DhtServer::close);
    server.close();
    httpTrackers.close();
    webSeeds.close();
    diskPool.close();
  }
}
