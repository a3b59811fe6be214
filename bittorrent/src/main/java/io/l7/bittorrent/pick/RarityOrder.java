package io.l7.bittorrent.pick;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Pieces in order of availability, rarest first, in buckets within one array: a change of
 * availability by one swaps two entries. Within a bucket the order is random. Not safe for
 * concurrent use.
 */
final class RarityOrder {
  private final int[] order;
  private final int[] position;
  private final int[] availability;
  private int[] bucketStart = new int[8];
  private final RandomGenerator random;
  private int size;

  /** An order without members over {@code pieces} pieces, of which nobody has any. */
  RarityOrder(int pieces, RandomGenerator random) {
    this.random = random;
    order = new int[pieces];
    position = new int[pieces];
    availability = new int[pieces];
    Arrays.fill(position, -1);
  }

  int size() {
    return size;
  }

  /** The member at that place; 0 is the rarest. */
  int at(int place) {
    return order[place];
  }

  boolean contains(int piece) {
    return position[piece] >= 0;
  }

  int availability(int piece) {
    return availability[piece];
  }

  void add(int piece) {
    if (contains(piece)) {
      return;
    }
    int a = availability[piece];
    ensureBucket(a + 1);
    // Each higher bucket gives its first place to the one below and takes the next free one.
    int hole = size++;
    for (int b = bucketStart.length - 1; b > a; b--) {
      int first = bucketStart[b];
      if (first != hole) {
        put(order[first], hole);
      }
      hole = first;
      bucketStart[b]++;
    }
    put(piece, hole);
    mingle(piece, a);
  }

  void remove(int piece) {
    int hole = position[piece];
    if (hole < 0) {
      return;
    }
    for (int b = availability[piece] + 1; b < bucketStart.length; b++) {
      int last = --bucketStart[b];
      if (last != hole) {
        put(order[last], hole);
      }
      hole = last;
    }
    size--;
    if (hole != size) {
      put(order[size], hole);
    }
    position[piece] = -1;
  }

  void increase(int piece) {
    int a = availability[piece]++;
    if (!contains(piece)) {
      return;
    }
    ensureBucket(a + 1);
    swap(position[piece], --bucketStart[a + 1]);
    mingle(piece, a + 1);
  }

  void decrease(int piece) {
    int a = availability[piece]--;
    if (contains(piece)) {
      swap(position[piece], bucketStart[a]++);
      mingle(piece, a - 1);
    }
  }

  /**
   * Gives a newcomer a random place in its bucket: every peer hears of the pieces in the same
   * order, and were that to show, all would ask the seed for the same piece.
   */
  private void mingle(int piece, int bucket) {
    int low = bucketStart[bucket];
    int end = bucket + 1 < bucketStart.length ? bucketStart[bucket + 1] : size;
    swap(position[piece], low + random.nextInt(end - low));
  }

  private void ensureBucket(int bucket) {
    if (bucket >= bucketStart.length) {
      int before = bucketStart.length;
      bucketStart = Arrays.copyOf(bucketStart, Math.max(bucket + 1, before * 2));
      Arrays.fill(bucketStart, before, bucketStart.length, size);
    }
  }

  private void swap(int one, int other) {
    int piece = order[one];
    put(order[other], one);
    put(piece, other);
  }

  private void put(int piece, int place) {
    order[place] = piece;
    position[piece] = place;
  }
}
