package io.l7.dns.cache;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A concurrent map with a bound. When it is full the entries that have been there longest go,
 * except that an entry asked for since it was last looked at gets a second chance (the clock
 * algorithm). Safe for all threads; a reader never waits.
 */
public final class BoundedMap<K, V> {
  private static final class Slot<K, V> {
    final K key;
    volatile V value;
    volatile boolean used;

    Slot(K key, V value) {
      this.key = key;
      this.value = value;
    }
  }

  private final int bound;
  private final ConcurrentHashMap<K, Slot<K, V>> slots = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<Slot<K, V>> hand = new ConcurrentLinkedQueue<>();
  private final AtomicInteger size = new AtomicInteger();

  public BoundedMap(int bound) {
    this.bound = bound;
  }

  public @Nullable V get(K key) {
    Slot<K, V> slot = slots.get(key);
    if (slot == null) {
      return null;
    }
    slot.used = true;
    return slot.value;
  }

  public void put(K key, V value) {
    merge(key, value, (old, fresh) -> fresh);
  }

  /** Puts {@code value}, or what {@code choose} makes of the present and the new value. */
  public V merge(K key, V value, BiFunction<V, V, V> choose) {
    Slot<K, V> result =
        slots.compute(
            key,
            (k, slot) -> {
              if (slot == null) {
                var fresh = new Slot<>(k, value);
                hand.add(fresh);
                size.incrementAndGet();
                return fresh;
              }
              slot.value = choose.apply(slot.value, value);
              return slot;
            });
    while (size.get() > bound) {
      evictOne();
    }
    return result.value;
  }

  private void evictOne() {
    for (Slot<K, V> slot = hand.poll(); slot != null; slot = hand.poll()) {
      if (slot.used && slots.get(slot.key) == slot) {
        slot.used = false;
        hand.add(slot);
      } else if (slots.remove(slot.key, slot)) {
        size.decrementAndGet();
        return;
      }
    }
  }

  public void remove(K key) {
    Slot<K, V> slot = slots.remove(key);
    if (slot != null) {
      size.decrementAndGet();
      hand.remove(slot);
    }
  }

  public int removeIf(Predicate<K> keys, Predicate<V> values) {
    int removed = 0;
    for (Slot<K, V> slot : slots.values()) {
      if (keys.test(slot.key) && values.test(slot.value) && slots.remove(slot.key, slot)) {
        size.decrementAndGet();
        removed++;
      }
    }
    hand.removeIf(slot -> slots.get(slot.key) != slot);
    return removed;
  }

  public Stream<V> values() {
    return slots.values().stream().map(slot -> slot.value);
  }

  /** What is in it at some moment of the walk, in no order. */
  public Stream<Map.Entry<K, V>> entries() {
    return slots.values().stream().map(slot -> Map.entry(slot.key, slot.value));
  }

  public int size() {
    return size.get();
  }
}
