package io.l7.bittorrent.dht;

/** A node of the table, and how well it is known. */
final class TableNode {
  /** Queries in a row that may stay without an answer. */
  private static final int FAILURES = 2;

  final NodeContact contact;

  /** When it last answered, or asked us something, in nanoseconds. */
  long heard;

  /** Queries without an answer since. */
  int failures;

  /** BEP 5's words. */
  enum Standing {
    GOOD,
    /** Nothing was heard of it for a quarter of an hour. */
    QUESTIONABLE,
    /** Several queries in a row stayed without an answer. */
    BAD
  }

  TableNode(NodeContact contact, long now) {
    this.contact = contact;
    this.heard = now;
  }

  void answered(long now) {
    heard = now;
    failures = 0;
  }

  Standing standing(DhtLimits limits, long now) {
    if (failures >= FAILURES) {
      return Standing.BAD;
    }
    return now - heard < limits.fresh().toNanos() ? Standing.GOOD : Standing.QUESTIONABLE;
  }
}
