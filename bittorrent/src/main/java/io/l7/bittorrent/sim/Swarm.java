package io.l7.bittorrent.sim;

import io.l7.bittorrent.bound.Capacity;
import io.l7.bittorrent.swarm.Bitfield;
import io.l7.bittorrent.swarm.Decision;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The population of a simulation: who is there, who is connected to whom, what is measured. */
final class Swarm {
  static final long SECOND = 1_000_000_000L;
  private static final int SEED_ID = 0;

  final SimConfig config;
  final EventLoop loop;
  final SimPeer seed;
  final List<SimPeer> leechers = new ArrayList<>();
  final Measures measures;

  private final Trace trace;
  private final SplittableRandom random;
  private final List<SimPeer> online = new ArrayList<>();
  private int unfinished;
  private int leavers;
  private long traceHash = 0xcbf29ce484222325L;

  Swarm(SimConfig config, Trace trace, Consumer<Decision> log) {
    this.config = config;
    this.trace = trace;
    this.loop = new EventLoop(config.delay().toNanos());
    this.random = new SplittableRandom(config.randomSeed());
    int pieces = config.layout().pieces();
    this.measures = new Measures(pieces);
    this.seed =
        new SimPeer(
            SEED_ID,
            SimPeer.Role.SEED,
            new Capacity.Links(config.seedBps(), Double.POSITIVE_INFINITY),
            Bitfield.full(pieces),
            this,
            random.split(),
            log);
    int riders = config.behaviour().freeRiders();
    int rogues = riders + config.behaviour().poisoners();
    for (int i = 0; i < config.peers().size(); i++) {
      SimPeer.Role role =
          i < riders
              ? SimPeer.Role.FREE_RIDER
              : i < rogues ? SimPeer.Role.POISONER : SimPeer.Role.HONEST;
      leechers.add(
          new SimPeer(
              i + 1,
              role,
              config.peers().get(i),
              Bitfield.empty(pieces),
              this,
              random.split(),
              log));
    }
    unfinished = leechers.size();
    leavers = config.churn().leaveWhenComplete();
  }

  /** Runs until everybody is done, or the time is over. */
  void run() {
    enter(seed);
    long spread = config.arrivals().toNanos() / leechers.size();
    if (spread == 0) {
      // A flash crowd: the tracker knows all of them before anybody dials.
      leechers.forEach(this::enter);
      leechers.forEach(this::dial);
    } else {
      for (int i = 0; i < leechers.size(); i++) {
        SimPeer peer = leechers.get(i);
        loop.at(i * spread, () -> join(peer));
      }
    }
    loop.at(SECOND / 2, this::sample);
    long limit = config.timeLimit().toNanos();
    while (unfinished > 0 && loop.step(limit)) {}
  }

  long traceHash() {
    return traceHash;
  }

  private void sample() {
    measures.sample(leechers);
    loop.at(loop.now() + SECOND, this::sample);
  }

  // --- coming and going

  private void join(SimPeer peer) {
    enter(peer);
    dial(peer);
  }

  /** The tracker answers with peers at random; a peer dials half of what it may keep. */
  private void dial(SimPeer peer) {
    List<SimPeer> others = new ArrayList<>(online);
    others.remove(peer);
    boolean mesh = leechers.size() < config.connections();
    int dials = mesh ? others.size() : config.connections() / 2;
    for (int i = 0; i < others.size() && dials > 0; i++) {
      int at = i + random.nextInt(others.size() - i);
      SimPeer other = others.get(at);
      others.set(at, others.get(i));
      if (other.out.size() < config.connections()
          && peer.out.size() < config.connections()
          && !other.bans(peer.key)
          && !peer.bans(other.key)) {
        dials--;
        connect(peer, other);
      }
    }
  }

  private void enter(SimPeer peer) {
    trace(Trace.Kind.JOIN, peer, null, -1, -1);
    peer.online = true;
    if (peer.joinedAt < 0) {
      peer.joinedAt = loop.now();
    }
    online.add(peer);
    long phase = random.nextLong(SECOND);
    int stay = ++peer.stays;
    loop.at(loop.now() + phase, () -> tick(peer, stay));
    if (peer != seed && config.churn().meanUp().isPositive()) {
      long up = exponential(config.churn().meanUp().toNanos());
      loop.at(loop.now() + up, () -> leave(peer, exponential(config.churn().meanDown().toNanos())));
    }
  }

  private long exponential(long mean) {
    return Math.round(-Math.log(1 - random.nextDouble()) * mean);
  }

  private void tick(SimPeer peer, int stay) {
    if (peer.online && peer.stays == stay) {
      peer.tick();
      loop.at(loop.now() + SECOND, () -> tick(peer, stay));
    }
  }

  private void connect(SimPeer one, SimPeer other) {
    if (!one.out.containsKey(other.key)) {
      one.connect(other);
      other.connect(one);
    }
  }

  void disconnect(SimPeer one, SimPeer other) {
    one.disconnect(other);
    other.disconnect(one);
  }

  private void leave(SimPeer peer, long away) {
    if (!peer.online || (peer.complete() && config.churn().leaveWhenComplete() == 0)) {
      return;
    }
    goOffline(peer);
    loop.at(loop.now() + away, () -> join(peer));
  }

  private void goOffline(SimPeer peer) {
    trace(Trace.Kind.LEAVE, peer, null, -1, -1);
    peer.online = false;
    online.remove(peer);
    for (var link : List.copyOf(peer.out.values())) {
      disconnect(peer, link.to);
    }
  }

  // --- what happens

  void verified(SimPeer peer, int piece) {
    measures.copies[piece]++;
    trace(Trace.Kind.PIECE, peer, null, piece, -1);
  }

  void completed(SimPeer peer) {
    trace(Trace.Kind.COMPLETE, peer, null, -1, -1);
    peer.completedAt = loop.now();
    unfinished--;
    if (leavers > 0) {
      leavers--;
      peer.leavesWhenComplete = true;
      loop.at(loop.now(), () -> goOffline(peer));
    }
  }

  void trace(Trace.Kind kind, SimPeer from, @Nullable SimPeer to, int piece, int offset) {
    int other = to == null ? -1 : to.key.id();
    trace.event(loop.now(), kind, from.key.id(), other, piece, offset);
    mix(loop.now());
    mix(kind.name().hashCode() * 1_000_003L + from.key.id());
    mix(((long) other << 32) ^ ((long) piece << 10) ^ offset);
  }

  private void mix(long value) {
    traceHash = Long.rotateLeft((traceHash ^ value) * 0x9e3779b97f4a7c15L, 29);
  }
}
