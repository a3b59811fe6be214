package io.l7.bittorrent.sim;

import io.l7.bittorrent.bound.Capacity;
import io.l7.bittorrent.brain.Action;
import io.l7.bittorrent.brain.Extensions;
import io.l7.bittorrent.brain.PeerBrain;
import io.l7.bittorrent.pick.Receipt;
import io.l7.bittorrent.swarm.Bitfield;
import io.l7.bittorrent.swarm.Block;
import io.l7.bittorrent.swarm.Decision;
import io.l7.bittorrent.swarm.PeerKey;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** A peer of the simulation: the production brain, an uplink that is shared out block by block. */
final class SimPeer {
  /** Least blocks on the way to one peer before its sender waits, as TCP's window would make it. */
  private static final int LEAST_WINDOW = 4;

  final PeerKey key;
  final Capacity.Links links;
  final PeerBrain brain;
  final Role role;
  final Map<PeerKey, Link> out = new LinkedHashMap<>();
  boolean online;
  int stays;
  boolean leavesWhenComplete;
  long joinedAt = -1;
  long completedAt = -1;
  long firstSentAt = -1;
  long sentBytes;
  long receivedBytes;
  long wastedBytes;

  private final Swarm swarm;
  private final Deque<Link> uplinkQueue = new ArrayDeque<>();
  private final Deque<Action> actions = new ArrayDeque<>();
  private final Map<Integer, Set<Integer>> corrupt = new HashMap<>();
  private final Set<PeerKey> banned = new HashSet<>();
  private final RandomGenerator random;
  private final long windowBlocks;
  private boolean sending;
  private boolean acting;
  private long downlinkFree;

  /** How a peer behaves. */
  enum Role {
    SEED,
    HONEST,
    FREE_RIDER,
    POISONER
  }

  SimPeer(
      int id,
      Role role,
      Capacity.Links links,
      Bitfield have,
      Swarm swarm,
      RandomGenerator random,
      Consumer<Decision> log) {
    this.key = new PeerKey(id, role == Role.SEED ? "seed" : "peer-" + id);
    this.role = role;
    this.links = links;
    this.swarm = swarm;
    this.random = random;
    this.windowBlocks =
        LEAST_WINDOW
            + (long) (links.upBps() / 8 * 2 * swarm.config.delay().toNanos() / 1e9 / Block.LENGTH);
    this.brain =
        new PeerBrain(
            swarm.config.layout(), have, swarm.config.brain(), random, actions::addLast, log);
  }

  boolean complete() {
    return brain.complete();
  }

  boolean bans(PeerKey other) {
    return banned.contains(other);
  }

  // --- what the brain wants

  /** Carries out what the brain said, unless that is going on already further up the stack. */
  void act() {
    if (acting) {
      return;
    }
    acting = true;
    for (Action action = actions.pollFirst(); action != null; action = actions.pollFirst()) {
      switch (action) {
        case Action.SendHave(var _, int piece) -> announce(action, piece);
        case Action.ToPeer toPeer -> {
          Link link = out.get(toPeer.peer());
          if (link != null && link.open) {
            send(link, toPeer);
          }
        }
        case Action.Verify(int piece) -> verify(piece);
        case Action.Complete() -> swarm.completed(this);
      }
    }
    acting = false;
  }

  private void send(Link link, Action.ToPeer action) {
    SimPeer to = link.to;
    switch (action) {
      case Action.SendBitfield(var _, Bitfield pieces) ->
          message(link, now -> to.brain.bitfield(key, pieces, now));
      case Action.SendHave _ -> throw new AssertionError("announced to all in one event");
      case Action.SendChoke _ -> {
        List<Block> dropped = List.copyOf(link.uploadQueue);
        link.uploadQueue.clear();
        swarm.trace(Trace.Kind.CHOKE, this, to, -1, -1);
        message(
            link,
            now -> {
              to.brain.choked(key, now);
              dropped.forEach(block -> to.brain.rejected(key, block, now)); // BEP 6
            });
      }
      case Action.SendUnchoke _ -> {
        if (role != Role.FREE_RIDER) {
          swarm.trace(Trace.Kind.UNCHOKE, this, to, -1, -1);
          message(link, now -> to.brain.unchoked(key, now));
        }
      }
      case Action.SendInterested _ -> {
        link.interested = true;
        message(link, now -> to.brain.interested(key, now));
      }
      case Action.SendNotInterested _ -> {
        link.interested = false;
        message(link, now -> to.brain.notInterested(key, now));
      }
      case Action.SendRequest(var _, Block block) ->
          message(link, _ -> to.brain.requested(key, block));
      case Action.SendCancel(var _, Block block) ->
          message(link, _ -> to.brain.cancelled(key, block));
      case Action.SendReject(var _, Block block) ->
          message(link, now -> to.brain.rejected(key, block, now));
      case Action.Serve(var _, Block block) -> {
        link.uploadQueue.add(block);
        enqueue(link);
        pump();
      }
      case Action.Unserve(var _, Block block) -> link.uploadQueue.remove(block);
      case Action.Ban(var peer, var _) -> {
        banned.add(peer);
        swarm.trace(Trace.Kind.BAN, this, to, -1, -1);
        swarm.disconnect(this, to);
      }
    }
  }

  /** A run of announcements of one piece travels as one event: they are most of all messages. */
  private void announce(Action first, int piece) {
    List<Link> to = new ArrayList<>();
    List<Long> after = new ArrayList<>();
    Action action = first;
    while (action instanceof Action.SendHave(PeerKey peer, int same) && same == piece) {
      Link link = out.get(peer);
      if (link != null && link.open) {
        to.add(link);
        after.add(link.departed);
      }
      action = actions.pollFirst();
    }
    if (action != null) {
      actions.addFirst(action);
    }
    swarm.loop.delayed(
        () -> {
          for (int i = 0; i < to.size(); i++) {
            Link link = to.get(i);
            if (!link.open) {
              continue;
            }
            if (link.ready(after.get(i))) {
              link.to.brain.have(key, piece, swarm.loop.now());
              link.to.act();
            } else {
              link.deliver(
                  after.get(i),
                  () -> {
                    link.to.brain.have(key, piece, swarm.loop.now());
                    link.to.act();
                  });
            }
          }
        });
  }

  private interface Event {
    void at(long now);
  }

  private void message(Link link, Event event) {
    long after = link.departed;
    swarm.loop.delayed(
        () -> {
          if (link.open) {
            link.deliver(
                after,
                () -> {
                  event.at(swarm.loop.now());
                  link.to.act();
                });
          }
        });
  }

  private void verify(int piece) {
    Set<Integer> bad = corrupt.remove(piece);
    long now = swarm.loop.now();
    long[] digests = new long[swarm.config.layout().blocks(piece)];
    if (bad == null) {
      swarm.verified(this, piece);
      brain.verified(piece, digests, now);
    } else {
      bad.forEach(block -> digests[block] = random.nextLong() | 1);
      swarm.trace(Trace.Kind.CORRUPT, this, null, piece, -1);
      brain.failed(piece, digests, now);
    }
  }

  // --- the uplink

  private void enqueue(Link link) {
    if (!link.queuedAtUplink) {
      link.queuedAtUplink = true;
      uplinkQueue.addLast(link);
    }
  }

  /** Sends the next block, of the connections in turn, of those whose window is open. */
  private void pump() {
    if (sending || links.upBps() <= 0) {
      return;
    }
    for (int tries = uplinkQueue.size(); tries > 0; tries--) {
      Link link = uplinkQueue.removeFirst();
      if (!link.open || link.uploadQueue.isEmpty()) {
        link.queuedAtUplink = false;
        continue;
      }
      uplinkQueue.addLast(link);
      if (link.inFlight() < windowBlocks) {
        transmit(link);
        return;
      }
    }
  }

  private void transmit(Link link) {
    var it = link.uploadQueue.iterator();
    Block block = it.next();
    it.remove();
    sending = true;
    link.departed++;
    if (firstSentAt < 0) {
      firstSentAt = swarm.loop.now();
    }
    boolean bad =
        role == Role.POISONER && random.nextDouble() < swarm.config.behaviour().corruption();
    long nanos = Math.round(block.length() * 8e9 / links.upBps());
    swarm.loop.at(
        swarm.loop.now() + nanos,
        () -> {
          sending = false;
          if (link.open) {
            sentBytes += block.length();
            brain.served(link.to.key, block.length(), swarm.loop.now());
            act();
            swarm.loop.delayed(() -> link.to.arrived(link, block, bad));
          }
          pump();
        });
  }

  // --- the downlink

  private void arrived(Link link, Block block, boolean bad) {
    if (Double.isInfinite(links.downBps())) {
      delivered(link, block, bad);
      return;
    }
    downlinkFree =
        Math.max(downlinkFree, swarm.loop.now())
            + Math.round(block.length() * 8e9 / links.downBps());
    swarm.loop.at(downlinkFree, () -> delivered(link, block, bad));
  }

  private void delivered(Link link, Block block, boolean bad) {
    if (!link.open) {
      return;
    }
    swarm.trace(Trace.Kind.BLOCK, link.from, this, block.piece(), block.offset());
    receivedBytes += block.length();
    Receipt receipt = brain.block(link.from.key, block, swarm.loop.now());
    if (!(receipt instanceof Receipt.Wanted)) {
      wastedBytes += block.length();
    } else if (bad) {
      corrupt.computeIfAbsent(block.piece(), _ -> new HashSet<>()).add(block.index());
    }
    act();
    link.blockDelivered();
    link.from.pump();
  }

  // --- connections

  void connect(SimPeer other) {
    out.put(other.key, new Link(this, other));
    brain.connected(other.key, Extensions.FAST, swarm.loop.now());
    act();
  }

  void disconnect(SimPeer other) {
    Link link = out.remove(other.key);
    if (link != null) {
      link.open = false;
      brain.disconnected(other.key, swarm.loop.now());
      act();
    }
  }

  void tick() {
    brain.tick(swarm.loop.now());
    act();
  }
}
