package io.l7.bittorrent.dht;

import io.l7.bittorrent.bencode.BString;
import io.l7.common.limits.TokenBucket;
import io.l7.common.time.Scheduler;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A node of the DHT at one address (BEP 5): answers what others ask, keeps its table in order, and
 * searches. Driven by datagrams and timers; nothing in it blocks. One lock guards it, which two
 * siblings of two families share; what others are told is told without it.
 */
final class DhtNode implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(DhtNode.class);
  private static final Duration TEND = Duration.ofSeconds(5);

  private final DhtLimits limits;
  private final Krpc.Standing standing;
  private final World world;
  private final Family family;
  private final Transactions transactions;
  private final PeerStore store;
  private final Responder responder;
  private final AnswerBudget budget;
  private final TokenBucket probes;
  private final ExternalAddress external = new ExternalAddress();
  private final Joining joining;
  private final ArrayDeque<DhtSearch> waiting = new ArrayDeque<>();
  private final List<Runnable> afterwards = new ArrayList<>();
  private RoutingTable table;
  private @Nullable DhtNode sibling;
  private Scheduler.@Nullable Timer tending;
  private int searching;
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
   * @param lock guards the node
   */
  record World(
      Scheduler scheduler,
      RandomGenerator random,
      DhtTransport transport,
      DhtCounters counters,
      Object lock) {}

  DhtNode(DhtLimits limits, Krpc.Standing standing, Optional<NodeId> id, World world) {
    this.limits = limits;
    this.standing = standing;
    this.world = world;
    var address = world.transport().address().getAddress();
    this.family = Family.of(address);
    long now = world.scheduler().nanos();
    this.table =
        new RoutingTable(id.orElseGet(() -> SecureIds.at(address, world.random())), limits, now);
    this.transactions = new Transactions(limits, world.random());
    this.store = new PeerStore(limits);
    this.responder =
        new Responder(
            limits, new Tokens(limits.token(), world.random(), now), store, world.random());
    this.budget = new AnswerBudget(limits, world.scheduler()::nanos);
    this.probes = new TokenBucket(limits.probes(), limits.probes(), world.scheduler()::nanos);
    this.joining = new Joining(this);
  }

  /** Two nodes of one machine, of two families, tell of each other's nodes (BEP 32). */
  static void siblings(DhtNode one, DhtNode other) {
    one.sibling = other;
    other.sibling = one;
  }

  /** Runs it with the lock, and what it wants told without. */
  private void guarded(Runnable work) {
    List<Runnable> told;
    synchronized (world.lock()) {
      if (closed) {
        return;
      }
      work.run();
      told = List.copyOf(afterwards);
      afterwards.clear();
    }
    told.forEach(Runnable::run);
  }

  /** Tells somebody something once the lock is free. */
  void afterwards(Runnable telling) {
    afterwards.add(telling);
  }

  /** Joins through these nodes, and keeps the table in order from here on. */
  void start(List<InetSocketAddress> entries) {
    guarded(
        () -> {
          joining.through(entries.stream().filter(this::isOfFamily).toList());
          tending = world.scheduler().after(TEND, this::tend);
        });
  }

  private boolean isOfFamily(InetSocketAddress address) {
    return address.getAddress() != null && Family.of(address.getAddress()) == family;
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
    guarded(() -> probe(address, Optional.empty()));
  }

  private void probe(InetSocketAddress address, Optional<NodeContact> contact) {
    if (isOfFamily(address)
        && Locality.isReachable(address, limits.lowestPort())
        && !isOurs(address)
        && probes.tryTake(1)) {
      ask(new Call.Ping(), address, contact, Ignored.INSTANCE);
    }
  }

  /** Who only wants to know whether somebody is there learns it from the table. */
  private enum Ignored implements Transactions.Outcome {
    INSTANCE;

    @Override
    public void answered(Krpc.Response response) {}

    @Override
    public void late() {}

    @Override
    public void failed() {}
  }

  /** Searches for peers; waits for a place where too many do, and until the node has joined. */
  void search(DhtSearch search) {
    guarded(
        () -> {
          if (waiting.size() >= limits.waiting()) {
            afterwards(() -> search.onEnd().accept(DhtSearch.End.NOBODY));
          } else {
            waiting.addLast(search);
            goOn();
          }
        });
  }

  /** Begins searches that wait, where there is a place. */
  void goOn() {
    while (!joining.isUnderWay() && searching < limits.lookups() && !waiting.isEmpty()) {
      var next = waiting.removeFirst();
      searching++;
      new Search(
              this,
              next,
              lookup(NodeId.of(next.infoHash())),
              end -> {
                searching--;
                lookupEnded();
                afterwards(() -> next.onEnd().accept(end));
                goOn();
              })
          .go();
    }
  }

  /** Looks for the nodes near a place. */
  void findNodes(NodeId target, Runnable onEnd) {
    new Search(
            this,
            target,
            lookup(target),
            _ -> {
              lookupEnded();
              onEnd.run();
            })
        .go();
  }

  private Lookup lookup(NodeId target) {
    return new Lookup(target, limits, table.closest(target, 2 * limits.bucket(), now()));
  }

  private void lookupEnded() {
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

  /** Sends a query; the outcome is told in any case. */
  void ask(
      Call call,
      InetSocketAddress to,
      Optional<NodeContact> contact,
      Transactions.Outcome outcome) {
    if (!transactions.hasRoom()) {
      outcome.failed();
      return;
    }
    var transaction = transactions.draw();
    var scheduler = world.scheduler();
    transactions.put(
        transaction,
        to,
        outcome,
        scheduler.after(limits.patience(), () -> guarded(() -> late(transaction))),
        scheduler.after(limits.timeout(), () -> guarded(() -> silent(transaction, to, contact))));
    world.counters().asked().add();
    send(new Krpc.Query(transaction, table.own(), call, standing), to);
  }

  private void late(BString transaction) {
    transactions.peek(transaction).ifPresent(Transactions.Outcome::late);
  }

  private void silent(BString transaction, InetSocketAddress to, Optional<NodeContact> contact) {
    transactions
        .take(transaction, to)
        .ifPresent(
            outcome -> {
              world.counters().silent().add();
              contact
                  .flatMap(node -> table.silent(node, now()))
                  .ifPresent(spare -> probe(spare.address(), Optional.of(spare)));
              outcome.failed();
            });
  }

  private void send(Krpc message, InetSocketAddress to) {
    send(KrpcWriter.write(message), to);
  }

  private void send(byte[] datagram, InetSocketAddress to) {
    try {
      world.transport().send(datagram, to);
    } catch (IOException e) {
      LOG.debug("dht: to {}: {}", to, e.toString()); // as if it were lost on the way
    }
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
        case Krpc.Query query -> {
          if (mayAsk(from)) {
            answer(query, datagram.length, from);
          }
        }
        case Krpc.Response response -> {
          var outcome = transactions.take(response.transaction(), from);
          if (outcome.isPresent()) {
            heard(response, from);
            outcome.get().answered(response);
          } else {
            world.counters().unasked().add();
          }
        }
        case Krpc.Failure failure ->
            transactions
                .take(failure.transaction(), from)
                .ifPresentOrElse(
                    Transactions.Outcome::failed, () -> world.counters().unasked().add());
      }
    } catch (KrpcException e) {
      world.counters().malformed().add();
      e.reply().filter(_ -> mayAsk(from)).ifPresent(failure -> refuse(failure, from));
    }
  }

  /** Who is read-only answers nothing (BEP 43), nobody answers a port of the system's services. */
  private boolean mayAsk(InetSocketAddress from) {
    world.counters().queried().add();
    boolean may =
        standing == Krpc.Standing.FULL
            && Locality.isReachable(from, limits.lowestPort())
            && budget.mayAsk(from.getAddress());
    if (!may) {
      world.counters().dropped().add();
    }
    return may;
  }

  private void refuse(Krpc.Failure failure, InetSocketAddress from) {
    var bytes = KrpcWriter.write(failure);
    if (budget.maySend(bytes.length)) {
      world.counters().refused().add();
      send(bytes, from);
    }
  }

  private void answer(Krpc.Query query, int length, InetSocketAddress from) {
    long now = now();
    var contact = new NodeContact(query.id(), from);
    boolean proven = table.has(contact);
    var asker = new Responder.Asker(from, length, proven);
    int stored = store.peers();
    switch (responder.answer(table.own(), query, asker, this::closestGood, now)) {
      case Krpc.Failure failure -> refuse(failure, from);
      case Krpc answer -> {
        var bytes = KrpcWriter.write(answer);
        if (!budget.maySend(bytes.length)) {
          world.counters().dropped().add();
          return;
        }
        world.counters().answered().add();
        send(bytes, from);
      }
    }
    if (query.call() instanceof Call.AnnouncePeer && store.peers() > stored) {
      world.counters().stored().add();
    }
    table.asked(contact, now);
    // BEP 43: who is read-only is of no use to a table.
    if (!proven && query.standing() == Krpc.Standing.FULL && table.hasRoom(contact, now)) {
      probe(from, Optional.of(contact));
    }
  }

  private List<NodeContact> closestGood(Family wanted, NodeId target) {
    var other = sibling;
    var asked = wanted == family ? this : other;
    return asked == null
        ? List.of()
        : asked.table.closestGood(target, limits.bucket(), asked.now());
  }

  /** Somebody has answered a query of ours. */
  private void heard(Krpc.Response response, InetSocketAddress from) {
    long now = now();
    var node = new NodeContact(response.id(), from);
    boolean first = table.size() == 0;
    if (table.answered(node, now) == RoutingTable.Entry.ADDED && first) {
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
        probe(node.address(), Optional.of(node));
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

  private boolean isOurs(InetSocketAddress address) {
    return address.equals(world.transport().address());
  }

  /** Every five seconds: one bucket, one node. */
  private void tend() {
    guarded(
        () -> {
          long now = now();
          tending = world.scheduler().after(TEND, this::tend);
          store.expire(now);
          joining.tend(now);
          table
              .questionable(now)
              .ifPresent(
                  node ->
                      ask(new Call.Ping(), node.address(), Optional.of(node), Ignored.INSTANCE));
          if (table.size() > 0) {
            table.refresh(now, world.random()).ifPresent(target -> findNodes(target, () -> {}));
          }
        });
  }

  long now() {
    return world.scheduler().nanos();
  }

  RoutingTable table() {
    return table;
  }

  DhtLimits limits() {
    return limits;
  }

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
      return new DhtStatus(table.size(), lookups, announces, store.torrents(), store.peers());
    }
  }

  /** Falls silent; searches that wait end without a word. */
  @Override
  public void close() {
    synchronized (world.lock()) {
      closed = true;
      transactions.clear();
      waiting.clear();
      if (tending != null) {
        tending.cancel();
      }
    }
  }
}
