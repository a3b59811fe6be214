package io.l7.bittorrent.dht;

import io.l7.bittorrent.bencode.BString;
import io.l7.common.limits.TokenBucket;
import java.net.InetSocketAddress;
import java.util.Optional;

/** What a node asks others, and what becomes of it. Called with the node's lock held. */
final class Inquiries {
  private final DhtNode node;
  private final DhtNode.World world;
  private final DhtLimits limits;
  private final Transactions transactions;
  private final TokenBucket probes;

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

  Inquiries(DhtNode node, DhtNode.World world, DhtLimits limits) {
    this.node = node;
    this.world = world;
    this.limits = limits;
    this.transactions = new Transactions(limits, world.random());
    this.probes = new TokenBucket(limits.probes(), limits.probes(), world.scheduler()::nanos);
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
        scheduler.after(limits.patience(), () -> node.guarded(() -> late(transaction))),
        scheduler.after(
            limits.timeout(), () -> node.guarded(() -> silent(transaction, to, contact))));
    world.counters().asked().add();
    var query = new Krpc.Query(transaction, node.table().own(), call, node.standing());
    var datagram = KrpcWriter.write(query);
    world.dialogues().asking(query, datagram, to);
    node.send(datagram, to);
  }

  /** Whether a node of the table is still there. */
  void ping(NodeContact known) {
    ask(new Call.Ping(), known.address(), Optional.of(known), Ignored.INSTANCE);
  }

  /** Looks whether there is a node, unless too many are looked for. */
  void probe(InetSocketAddress address, Optional<NodeContact> contact) {
    if (node.isOfFamily(address)
        && Locality.isReachable(address, limits.lowestPort())
        && !node.isOurs(address)
        && probes.tryTake(1)) {
      ask(new Call.Ping(), address, contact, Ignored.INSTANCE);
    }
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
              world.dialogues().silent(transaction);
              contact
                  .flatMap(known -> node.table().silent(known, node.now()))
                  .ifPresent(spare -> probe(spare.address(), Optional.of(spare)));
              outcome.failed();
            });
  }

  /** A response has come; it counts where somebody waits for it. */
  void answered(Krpc.Response response, byte[] datagram, InetSocketAddress from) {
    transactions
        .take(response.transaction(), from)
        .ifPresentOrElse(
            outcome -> {
              world.dialogues().answered(response, datagram);
              node.heard(response, from);
              outcome.answered(response);
            },
            () -> world.counters().unasked().add());
  }

  /** An error has come. */
  void failed(Krpc.Failure failure, byte[] datagram, InetSocketAddress from) {
    transactions
        .take(failure.transaction(), from)
        .ifPresentOrElse(
            outcome -> {
              world.dialogues().answered(failure, datagram);
              outcome.failed();
            },
            () -> world.counters().unasked().add());
  }

  /** Waits for nothing any more. */
  void end() {
    transactions.clear();
  }
}
