package io.l7.bittorrent.dht;

import io.l7.common.time.Scheduler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node of the DHT at one address (BEP 5): its table, and who keeps it in order. What it is asked,
 * what it asks and what it searches for have a class each. Driven by datagrams and timers; nothing
 * in it blocks. One lock guards it, which two siblings of two families share; what others are told
 * is told without it.
 */
final class DhtNode implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DhtNode.class);
  private static final Duration TEND = Duration.ofSeconds(5);

  private final DhtLimits limits;
  private final Krpc.Standing standing;
  private final World world;
  private final Family family;
  private final Inquiries inquiries;
  private final Answers answers;
  private final Searches searches;
  private final Joining joining;
  private final ExternalAddress external = new ExternalAddress();
  private final Tellings tellings = new Tellings();
  private RoutingTable table;
  private @Nullable DhtNode sibling;
  private Scheduler.@Nullable Timer tending;
  private long lookups;
  private long announces;
  private boolean closed;

  /**
   * What a node lives in.
   *
   * @param scheduler time
   * @param random chance, unforeseeable where there are strangers
   * @param transport where datagrams leave
   * @param counters where to count
   * @param dialogues where what is said is written down
   * @param lock guards the node
   */
  record World(
      Scheduler scheduler,
      RandomGenerator random,
      DhtTransport transport,
      DhtCounters counters,
      Dialogues dialogues,
      Object lock) {}

  DhtNode(DhtLimits limits, Krpc.Standing standing, Optional<NodeId> id, World world) {
    this.limits = limits;
    this.standing = standing;
    this.world = world;
    var address = world.transport().address().getAddress();
    this.family = Family.of(address);
    this.table =
        new RoutingTable(id.orElseGet(() -> SecureIds.at(address, world.random())), limits, now());
    this.inquiries = new Inquiries(this, world, limits);
    this.answers = new Answers(this, world, limits);
    this.searches = new Searches(this, limits);
    this.joining = new Joining(this);
  }

  /** Two nodes of one machine, of two families, tell of each other's nodes (BEP 32). */
  static void siblings(DhtNode one, DhtNode other) {
    one.sibling = other;
    other.sibling = one;
  }

  /** Runs it with the lock, and what it wants told without; nothing once it is closed. */
  void guarded(Runnable work) {
    synchronized (world.lock()) {
      if (!closed) {
        work.run();
      }
    }
    tellings.tell();
  }

  /** Tells somebody something once the lock is free. */
  void afterwards(Runnable telling) {
    tellings.add(telling);
  }

  // --- from outside

  /** Joins through these nodes, and keeps the table in order from here on. */
  void start(List<InetSocketAddress> entries) {
    guarded(
        () -> {
          joining.through(entries.stream().filter(this::isOfFamily).toList());
          tending = world.scheduler().after(TEND, this::tend);
        });
  }

  /** More nodes to join through, as a torrent names them. */
  void join(List<InetSocketAddress> entries) {
    guarded(() -> joining.through(entries.stream().filter(this::isOfFamily).toList()));
  }

  /** Names of more nodes are being resolved, until {@link #release}. */
  void hold() {
    guarded(joining::hold);
  }

  /** The names are resolved, or cannot be for now. */
  void release() {
    guarded(joining::release);
  }

  /** Looks whether there is a node, as a peer says (BEP 5, PORT). */
  void probe(InetSocketAddress address) {
    guarded(() -> inquiries.probe(address, Optional.empty()));
  }

  /** Searches for peers; waits for a place where too many do, and until the node has joined. */
  void search(DhtSearch search) {
    synchronized (world.lock()) {
      if (closed) {
        afterwards(() -> search.onEnd().accept(DhtSearch.End.NOBODY));
      } else {
        searches.add(search);
      }
    }
    tellings.tell();
  }

  /** Ends a search where it stands; nothing happens when it is over. */
  void end(DhtSearch search) {
    guarded(() -> searches.end(search));
  }

  /** A datagram has come. */
  void received(byte[] datagram, InetSocketAddress from) {
    if (datagram.length > limits.received()) {
      world.counters().malformed().add();
      return;
    }
    guarded(() -> take(datagram, from));
  }

  private void take(byte[] datagram, InetSocketAddress from) {
    try {
      switch (KrpcReader.read(datagram)) {
        case Krpc.Query query -> answers.to(query, datagram, from);
        case Krpc.Response response -> inquiries.answered(response, datagram, from);
        case Krpc.Failure failure -> inquiries.failed(failure, datagram, from);
      }
    } catch (KrpcException e) {
      world.counters().malformed().add();
      answers.to(e, datagram, from);
    }
  }

  // --- for its parts, with the lock held

  Inquiries inquiries() {
    return inquiries;
  }

  Searches searches() {
    return searches;
  }

  RoutingTable table() {
    return table;
  }

  DhtLimits limits() {
    return limits;
  }

  Krpc.Standing standing() {
    return standing;
  }

  long now() {
    return world.scheduler().nanos();
  }

  boolean isOfFamily(InetSocketAddress address) {
    return address.getAddress() != null && Family.of(address.getAddress()) == family;
  }

  boolean isOurs(InetSocketAddress address) {
    return address.equals(world.transport().address());
  }

  /** Whether there is somebody to ask, or will not be soon. */
  boolean isReady() {
    return !joining.isUnderWay();
  }

  void send(byte[] datagram, InetSocketAddress to) {
    try {
      world.transport().send(datagram, to);
    } catch (IOException e) {
      LOG.debug("dht: to {}: {}", to, e.toString()); // as if it were lost on the way
    }
  }

  void lookupEnded() {
    lookups++;
    world.counters().lookups().add();
  }

  void announceTaken() {
    announces++;
    world.counters().announced().add();
  }

  /** Which families' nodes we want told: both, if there is a table for them. */
  Set<Family> want() {
    return sibling == null ? Set.of() : EnumSet.allOf(Family.class);
  }

  List<NodeContact> closestGood(Family wanted, NodeId target) {
    var asked = wanted == family ? this : sibling;
    return asked == null
        ? List.of()
        : asked.table.closestGood(target, limits.bucket(), asked.now());
  }

  /** Somebody has answered a query of ours. */
  void heard(Krpc.Response response, InetSocketAddress from) {
    long now = now();
    var node = new NodeContact(response.id(), from);
    boolean alone = table.usable(now) == 0;
    var _ = table.answered(node, now);
    if (alone && table.usable(now) > 0) {
      joining.found();
    }
    response
        .seen()
        .flatMap(seen -> external.vote(from.getAddress(), seen.getAddress()))
        .filter(seen -> Family.of(seen) == family && !SecureIds.fits(table.own(), seen))
        .ifPresent(this::moveTo);
    var other = sibling;
    if (other != null) {
      other.hearsay(response, from);
    }
  }

  /** BEP 42: our id has to fit the address that others see. */
  private void moveTo(InetAddress seen) {
    long now = now();
    var moved = new RoutingTable(SecureIds.at(seen, world.random()), limits, now);
    LOG.info("dht: others see us at {}: our id is {} now", seen, moved.own());
    table.closest(moved.own(), Integer.MAX_VALUE, now).forEach(node -> moved.answered(node, now));
    table = moved;
  }

  /** The sibling was told of nodes of our family. */
  private void hearsay(Krpc.Response response, InetSocketAddress from) {
    for (var node : believable(response, from)) {
      if (table.hasRoom(node, now())) {
        inquiries.probe(node.address(), Optional.of(node));
      }
    }
  }

  /** The nodes of a response that it may name to us. */
  List<NodeContact> believable(Krpc.Response response, InetSocketAddress from) {
    return response.nodes(family).stream()
        .filter(node -> isDialable(node.address(), from.getAddress()))
        .filter(node -> !node.id().equals(table.own()) && !isOurs(node.address()))
        .toList();
  }

  /** Whether an address that somebody names may be tried. */
  boolean isDialable(InetSocketAddress address, InetAddress who) {
    return Locality.isReachable(address, limits.lowestPort()) && Locality.mayName(who, address);
  }

  /** Every five seconds: one bucket, one node. */
  private void tend() {
    guarded(
        () -> {
          long now = now();
          tending = world.scheduler().after(TEND, this::tend);
          answers.expire();
          joining.tend(now);
          table.questionable(now).ifPresent(inquiries::ping);
          if (table.size() > 0) {
            table
                .refresh(now, world.random())
                .ifPresent(target -> searches.findNodes(target, () -> {}));
          }
        });
  }

  // --- how it stands

  /** Its id. */
  NodeId id() {
    synchronized (world.lock()) {
      return table.own();
    }
  }

  /** The nodes nearest to a place that it knows, for the next run. */
  List<NodeContact> known(NodeId near, int most) {
    synchronized (world.lock()) {
      return table.closest(near, most, now());
    }
  }

  /** How it stands. */
  DhtStatus status() {
    synchronized (world.lock()) {
      return new DhtStatus(table.size(), lookups, announces, answers.torrents(), answers.peers());
    }
  }

  /** Falls silent; searches end where they stand. */
  @Override
  public void close() {
    synchronized (world.lock()) {
      closed = true;
      inquiries.end();
      searches.end();
      if (tending != null) {
        tending.cancel();
      }
    }
    tellings.tell();
  }
}
