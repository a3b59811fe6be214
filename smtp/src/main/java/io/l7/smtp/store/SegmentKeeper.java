package io.l7.smtp.store;

import java.io.IOException;
import java.util.List;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * Counts the live mails of each segment and gives segments back, strictly from the oldest on.
 * Thread-safe.
 */
final class SegmentKeeper {
  /** Segments that may lie there before the oldest is emptied by copying its mails. */
  private static final int CROWD = 8;

  /**
   * A segment with more live mails than this is left alone: copying them would cost more than the
   * space is worth.
   */
  private static final int FEW = 10_000;

  private final SegmentSupply supply;
  private final TreeMap<Integer, Integer> liveMails = new TreeMap<>();
  private int current = -1;

  SegmentKeeper(SegmentSupply supply, List<Integer> segments) {
    this.supply = supply;
    segments.forEach(s -> liveMails.put(s, 0));
  }

  /** Another segment is written from now on. */
  synchronized void opened(int segment) {
    liveMails.put(segment, 0);
    current = segment;
  }

  /** A mail has its record in this segment. */
  synchronized void begin(int segment) {
    liveMails.merge(segment, 1, Integer::sum);
  }

  /** A mail has its record there no longer, or is over. */
  synchronized void end(int segment) {
    liveMails.computeIfPresent(segment, (s, count) -> count - 1);
  }

  /** No segment is written until the next is opened. */
  synchronized void closed() {
    current = -1;
  }

  /** Gives back the segments at the old end that hold no live mail; how many there were. */
  synchronized int release() throws IOException {
    var count = 0;
    while (!liveMails.isEmpty()) {
      var oldest = liveMails.firstEntry();
      if (oldest.getValue() > 0 || oldest.getKey() == current) {
        break;
      }
      supply.retire(oldest.getKey());
      liveMails.remove(oldest.getKey());
      count++;
    }
    return count;
  }

  /** The oldest segment, when many lie there and few mails keep it. */
  synchronized OptionalInt toEmpty() {
    if (liveMails.size() <= CROWD) {
      return OptionalInt.empty();
    }
    var oldest = liveMails.firstEntry();
    return oldest.getValue() <= FEW && oldest.getKey() != current
        ? OptionalInt.of(oldest.getKey())
        : OptionalInt.empty();
  }
}
