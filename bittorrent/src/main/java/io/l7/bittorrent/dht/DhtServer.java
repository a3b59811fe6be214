package io.l7.bittorrent.dht;

import io.l7.common.disk.Disk;
import io.l7.common.metrics.Metrics;
import io.l7.common.net.Endpoint;
import io.l7.common.net.HostResolver;
import io.l7.common.net.Network;
import io.l7.common.net.UdpServer;
import io.l7.common.time.Scheduler;
import io.l7.common.transcript.Transcript;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The running DHT: a node on a UDP port, or two that stand together, one of each family. Nothing is
 * sent to anybody who was not named: there are no nodes to join through but those of the settings,
 * of the state file, and of torrents. Safe for all threads.
 */
public final class DhtServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DhtServer.class);
  private static final Duration SAVE_ROUND = Duration.ofMinutes(5);

  private final DhtSettings settings;
  private final World world;
  private final List<Home> homes = new ArrayList<>();
  private final CountDownLatch stop = new CountDownLatch(1);
  private final NodeNames names;
  private Optional<Thread> keeper = Optional.empty();

  /**
   * What it lives in.
   *
   * @param network whose sockets
   * @param names resolves the names of nodes to join through
   * @param disk for what must be durable
   * @param metrics where to count
   * @param transcript where the dialogues go
   */
  public record World(
      Network network, HostResolver names, Disk disk, Metrics metrics, Transcript transcript) {}

  /** A node and its port. */
  private record Home(DhtNode node, UdpServer port, Family family) {}

  /** A port before its node: what comes until then is dropped. */
  private static final class Mailbox implements DhtTransport {
    private final UdpServer port;
    private volatile Optional<DhtNode> node = Optional.empty();

    Mailbox(Endpoint endpoint, World world) throws IOException {
      this.port =
          UdpServer.named("dht")
              .bind(endpoint)
              .network(world.network())
              .metrics(world.metrics())
              .start(
                  datagram ->
                      node.ifPresent(
                          n ->
                              n.received(
                                  Arrays.copyOf(datagram.data(), datagram.length()),
                                  datagram.from())));
    }

    @Override
    public void send(byte[] datagram, InetSocketAddress to) throws IOException {
      port.send(datagram, 0, datagram.length, to);
    }

    @Override
    public InetSocketAddress address() {
      return port.address();
    }
  }

  private DhtServer(DhtSettings settings, World world) throws IOException {
    this.settings = settings;
    this.world = world;
    this.names = new NodeNames(world.names(), new Joiner());
    var saved = saved();
    var counters = DhtCounters.of(world.metrics());
    var lock = new Object();
    try {
      for (var endpoint : settings.listen()) {
        homes.add(home(endpoint, saved, counters, lock));
      }
      if (homes.size() == 2) {
        DhtNode.siblings(homes.getFirst().node(), homes.getLast().node());
      }
    } catch (IOException | RuntimeException e) {
      homes.forEach(home -> home.port().close());
      throw e;
    }
    world.metrics().gauge("l7_dht_nodes", "Nodes in the table", () -> status().nodes());
    world.metrics().gauge("l7_dht_stored_peers", "Peers stored", () -> status().peers());
    homes.forEach(home -> home.node().start(known(saved, home.family())));
    join(settings.bootstrap());
    settings.state().ifPresent(file -> keep(file, saved));
  }

  /** Binds, and joins. */
  public static DhtServer start(DhtSettings settings, World world) throws IOException {
    var families = EnumSet.noneOf(Family.class);
    for (var endpoint : settings.listen()) {
      if (!families.add(Family.of(endpoint.toSocketAddress().getAddress()))) {
        throw new IllegalArgumentException("a node has one address of each family");
      }
    }
    if (families.isEmpty()) {
      throw new IllegalArgumentException("a node has an address");
    }
    return new DhtServer(settings, world);
  }

  private Home home(
      Endpoint endpoint, Optional<SavedTable> saved, DhtCounters counters, Object lock)
      throws IOException {
    var mailbox = new Mailbox(endpoint, world);
    var family = Family.of(mailbox.address().getAddress());
    var id = saved.map(s -> s.families().get(family)).map(SavedTable.Part::id);
    var time = Scheduler.real();
    var dialogues = new Dialogues(world.transcript(), time.clock(), mailbox);
    var node =
        new DhtNode(
            settings.limits(),
            settings.standing(),
            id,
            new DhtNode.World(time, new SecureRandom(), mailbox, counters, dialogues, lock));
    mailbox.node = Optional.of(node);
    return new Home(node, mailbox.port, family);
  }

  private Optional<SavedTable> saved() throws IOException {
    return settings.state().isEmpty()
        ? Optional.empty()
        : SavedTable.load(world.disk(), settings.state().get(), settings.limits());
  }

  private static List<InetSocketAddress> known(Optional<SavedTable> saved, Family family) {
    return saved
        .map(s -> s.families().get(family))
        .map(part -> part.nodes().stream().map(NodeContact::address).toList())
        .orElse(List.of());
  }

  /** Joins through these nodes too, as a torrent names them; names are resolved meanwhile. */
  public void join(List<Endpoint> nodes) {
    var named = new ArrayList<Endpoint>();
    var addresses = new ArrayList<InetSocketAddress>();
    for (var node : nodes) {
      node.literal()
          .ifPresentOrElse(
              ip -> addresses.add(new InetSocketAddress(ip, node.port())), () -> named.add(node));
    }
    homes.forEach(home -> home.node().join(addresses));
    names.add(named);
  }

  /** Lets searches wait while names are tried, and joins through what they turn out to be. */
  private final class Joiner implements NodeNames.Listener {
    @Override
    public void hold() {
      homes.forEach(home -> home.node().hold());
    }

    @Override
    public void accept(List<InetSocketAddress> addresses) {
      homes.forEach(home -> home.node().join(addresses));
    }

    @Override
    public void release() {
      homes.forEach(home -> home.node().release());
    }
  }

  /** Keeps the table now and then, in a platform thread: to wait for a disk holds a carrier. */
  private void keep(Path file, Optional<SavedTable> former) {
    var thread =
        Thread.ofPlatform()
            .daemon()
            .name("dht-state")
            .start(
                () -> {
                  try {
                    boolean over;
                    do {
                      over = stop.await(SAVE_ROUND.toSeconds(), TimeUnit.SECONDS);
                      save(file, former);
                    } while (!over);
                  } catch (InterruptedException _) {
                    // nobody interrupts it
                  }
                });
    keeper = Optional.of(thread);
  }

  private void save(Path file, Optional<SavedTable> former) {
    var parts = new EnumMap<Family, SavedTable.Part>(Family.class);
    for (var home : homes) {
      var id = home.node().id();
      var nodes = home.node().known(id, settings.limits().saved());
      parts.put(home.family(), new SavedTable.Part(id, nodes));
    }
    // Who could not get in this time keeps what he knew.
    if (parts.values().stream().allMatch(part -> part.nodes().isEmpty())) {
      return;
    }
    try {
      new SavedTable(parts).orWhere(former).save(world.disk(), file);
    } catch (IOException e) {
      LOG.warn("dht: {} was not written: {}", file, e.toString());
    }
  }

  /**
   * Searches on all its nodes; the end is told once.
   *
   * @return ends it where it stands
   */
  public Runnable search(DhtSearch search) {
    var part = new Together(search, homes.size()).part();
    homes.forEach(home -> home.node().search(part));
    return () -> homes.forEach(home -> home.node().end(part));
  }

  /** A search on two nodes whose ends are added up. */
  private static final class Together {
    private final DhtSearch search;
    private int left;
    private DhtSearch.End sum = DhtSearch.End.NOBODY;

    Together(DhtSearch search, int parts) {
      this.search = search;
      this.left = parts;
    }

    DhtSearch part() {
      return new DhtSearch(search.infoHash(), search.announce(), search.onPeers(), this::ended);
    }

    private void ended(DhtSearch.End end) {
      DhtSearch.End all;
      synchronized (this) {
        sum = sum.plus(end);
        all = sum;
        if (--left > 0) {
          return;
        }
      }
      search.onEnd().accept(all);
    }
  }

  /** Looks whether there is a node, as a peer says (BEP 5, PORT). */
  public void probe(InetSocketAddress address) {
    homes.forEach(home -> home.node().probe(address));
  }

  /** Where it is. */
  public List<InetSocketAddress> addresses() {
    return homes.stream().map(home -> home.port().address()).toList();
  }

  /** How it stands. */
  public DhtStatus status() {
    return homes.stream().map(home -> home.node().status()).reduce(DhtStatus::plus).orElseThrow();
  }

  /** Its limits. */
  public DhtLimits limits() {
    return settings.limits();
  }

  /** Keeps its table, and falls silent. */
  @Override
  public void close() {
    stop.countDown();
    names.close();
    try {
      if (keeper.isPresent()) {
        keeper.get().join(Duration.ofSeconds(5));
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    homes.forEach(home -> home.node().close());
    homes.forEach(home -> home.port().close());
  }
}
