package io.l7.bittorrent.dht;

import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * What a node says to those who ask it, as far as its budget goes, and what it learns from their
 * asking. Called with the node's lock held.
 */
final class Answers {
  private final DhtNode node;
  private final DhtNode.World world;
  private final DhtLimits limits;
  private final Responder responder;
  private final PeerStore store;
  private final AnswerBudget budget;

  Answers(DhtNode node, DhtNode.World world, DhtLimits limits) {
    this.node = node;
    this.world = world;
    this.limits = limits;
    this.store = new PeerStore(limits);
    var tokens = new Tokens(limits.token(), world.random(), world.scheduler().nanos());
    this.responder = new Responder(limits, tokens, store, world.random());
    this.budget = new AnswerBudget(limits, world.scheduler()::nanos);
  }

  /** Somebody asks. */
  void to(Krpc.Query query, byte[] asked, InetSocketAddress from) {
    if (mayAsk(from)) {
      answer(query, asked, from);
    }
  }

  /** Somebody asks what makes no sense. */
  void to(KrpcException wrong, byte[] asked, InetSocketAddress from) {
    wrong
        .reply()
        .filter(_ -> mayAsk(from))
        .ifPresent(failure -> refuse(failure, Optional.empty(), asked, from));
  }

  /** Who is read-only answers nothing (BEP 43), nobody answers a port of the system's services. */
  private boolean mayAsk(InetSocketAddress from) {
    world.counters().queried().add();
    boolean may =
        node.standing() == Krpc.Standing.FULL
            && Locality.isReachable(from, limits.lowestPort())
            && budget.mayAsk(from.getAddress());
    if (!may) {
      world.counters().dropped().add();
    }
    return may;
  }

  /** An error to next to nothing would be more than an address that is not proven may get. */
  private void refuse(
      Krpc.Failure failure, Optional<Krpc.Query> query, byte[] asked, InetSocketAddress from) {
    var bytes = KrpcWriter.write(failure);
    if (bytes.length <= asked.length * limits.amplification() && budget.maySend(bytes.length)) {
      world.counters().refused().add();
      world.dialogues().answering(query, asked, from, failure, bytes);
      node.send(bytes, from);
    } else {
      world.counters().dropped().add();
    }
  }

  private void answer(Krpc.Query query, byte[] asked, InetSocketAddress from) {
    long now = node.now();
    var contact = new NodeContact(query.id(), from);
    var table = node.table();
    boolean proven = table.has(contact);
    var asker = new Responder.Asker(from, asked.length, proven);
    switch (responder.answer(table.own(), query, asker, node::closestGood, now)) {
      case Krpc.Failure failure -> refuse(failure, Optional.of(query), asked, from);
      case Krpc answer -> {
        if (query.call() instanceof Call.AnnouncePeer) {
          world.counters().stored().add();
        }
        var bytes = KrpcWriter.write(answer);
        if (!budget.maySend(bytes.length)) {
          world.counters().dropped().add();
          return;
        }
        world.counters().answered().add();
        world.dialogues().answering(Optional.of(query), asked, from, answer, bytes);
        node.send(bytes, from);
      }
    }
    table.asked(contact, now);
    boolean wanted = table.isBad(contact, now) || !proven && table.hasRoom(contact, now);
    // BEP 43: who is read-only is of no use to a table.
    if (wanted && query.standing() == Krpc.Standing.FULL) {
      node.inquiries().probe(from, Optional.of(contact));
    }
  }

  /** Forgets what was announced too long ago. */
  void expire() {
    store.expire(node.now());
  }

  /** Torrents stored. */
  int torrents() {
    return store.torrents();
  }

  /** Peers stored. */
  int peers() {
    return store.peers();
  }
}
