package io.l7.bittorrent.dht;

import io.l7.bittorrent.bencode.BString;
import io.l7.common.time.Scheduler;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Queries that wait for their answer. An answer is one when it has the transaction, drawn by lot,
 * and comes from the address that was asked. Not safe for concurrent use.
 */
final class Transactions {
  private final DhtLimits limits;
  private final RandomGenerator random;
  private final Map<BString, Outstanding> waiting = new HashMap<>();

  /** What becomes of a query; {@code late} may come before either of the others. */
  interface Outcome {
    /** It was answered. */
    void answered(Krpc.Response response);

    /** The answer lets us wait. */
    void late();

    /** It was never answered, or with an error. */
    void failed();
  }

  private record Outstanding(
      InetSocketAddress to, Outcome outcome, Scheduler.Timer late, Scheduler.Timer silent) {}

  Transactions(DhtLimits limits, RandomGenerator random) {
    this.limits = limits;
    this.random = random;
  }

  boolean hasRoom() {
    return waiting.size() < limits.outstanding();
  }

  /** A transaction that is not in use. */
  BString draw() {
    BString drawn;
    do {
      drawn = BString.of(ByteBuffer.allocate(Integer.BYTES).putInt(random.nextInt()).array());
    } while (waiting.containsKey(drawn));
    return drawn;
  }

  /** Waits for the answer. */
  void put(
      BString transaction,
      InetSocketAddress to,
      Outcome outcome,
      Scheduler.Timer late,
      Scheduler.Timer silent) {
    waiting.put(transaction, new Outstanding(to, outcome, late, silent));
  }

  /** What waits for this answer from there; it waits no longer. */
  Optional<Outcome> take(BString transaction, InetSocketAddress from) {
    var outstanding = waiting.get(transaction);
    if (outstanding == null || !outstanding.to().equals(from)) {
      return Optional.empty();
    }
    waiting.remove(transaction);
    outstanding.late().cancel();
    outstanding.silent().cancel();
    return Optional.of(outstanding.outcome());
  }

  /** What waits for this answer, and goes on waiting. */
  Optional<Outcome> peek(BString transaction) {
    return Optional.ofNullable(waiting.get(transaction)).map(Outstanding::outcome);
  }

  /** Waits for nothing any more, and tells nobody. */
  void clear() {
    waiting.values().forEach(o -> o.late().cancel());
    waiting.values().forEach(o -> o.silent().cancel());
    waiting.clear();
  }
}
