package io.l7.http.hpack;

import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What both ends of a connection remember of earlier fields (RFC 7541 §2.3.2), newest first, up to
 * a size in octets.
 *
 * @param <E> a field
 */
final class DynamicTable<E> {
  /** RFC 7541 §4.1: what an entry costs beside its octets. */
  static final int OVERHEAD = 32;

  private static final int FIRST_SLOTS = 16;

  private @Nullable Object[] entries = new @Nullable Object[0];
  private int[] sizes = new int[0];

  /** Where the oldest entry is. */
  private int first;

  private int count;
  private int size;
  private int most;

  DynamicTable(int most) {
    this.most = most;
  }

  /** How many entries there are. */
  int count() {
    return count;
  }

  /** The size of all entries in octets, with what they cost beside. */
  int size() {
    return size;
  }

  int most() {
    return most;
  }

  /** Changes the size in octets; what has no room goes. */
  void resize(int octets) {
    most = octets;
    evict(octets);
  }

  /** The entry at an index from 0, the newest, to below {@link #count}. */
  @SuppressWarnings("unchecked") // only add() puts anything in
  E get(int index) {
    return (E) java.util.Objects.requireNonNull(entries[slot(count - 1 - index)]);
  }

  /** The size of the entry at an index. */
  int sizeOf(int index) {
    return sizes[slot(count - 1 - index)];
  }

  private int slot(int fromOldest) {
    return (first + fromOldest) & (entries.length - 1);
  }

  /** Adds an entry; one that is larger than the table empties it (RFC 7541 §4.4). */
  void add(E entry, int octets) {
    int cost = octets + OVERHEAD;
    if (cost > most) {
      evict(0);
      return;
    }
    evict(most - cost);
    if (count == entries.length) {
      grow();
    }
    entries[slot(count)] = entry;
    sizes[slot(count)] = cost;
    count++;
    size += cost;
  }

  private void evict(int room) {
    while (size > room) {
      size -= sizes[first];
      entries[first] = null;
      first = (first + 1) & (entries.length - 1);
      count--;
    }
  }

  private void grow() {
    int slots = Math.max(FIRST_SLOTS, 2 * entries.length);
    var all = new ArrayDeque<Object>(count);
    int[] costs = new int[slots];
    for (int i = 0; i < count; i++) {
      all.add(java.util.Objects.requireNonNull(entries[slot(i)]));
      costs[i] = sizes[slot(i)];
    }
    entries = Arrays.copyOf(all.toArray(), slots);
    sizes = costs;
    first = 0;
  }
}
