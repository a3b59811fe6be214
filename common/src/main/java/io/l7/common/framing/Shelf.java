package io.l7.common.framing;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Things that are lent for a moment: a thousand connections use the same few, which the processor
 * has at hand, and idle ones none. Takes no lock, and makes a thing when none is free; one given
 * back to a full shelf is garbage.
 */
public final class Shelf<T> {
  private static final int PROBES = 4;

  private final AtomicReferenceArray<@Nullable T> slots;
  private final int mask;
  private final Supplier<T> maker;

  /** A shelf that keeps at most {@code capacity} things, rounded up to a power of two. */
  public Shelf(int capacity, Supplier<T> maker) {
    int size = Integer.highestOneBit(Math.max(1, capacity) * 2 - 1);
    this.slots = new AtomicReferenceArray<>(size);
    this.mask = size - 1;
    this.maker = maker;
  }

  /** Something as its last user left it, or new. */
  public T take() {
    int start = (int) Thread.currentThread().threadId();
    for (int i = 0; i < PROBES; i++) {
      int slot = (start + i) & mask;
      if (slots.getPlain(slot) == null) continue;
      T thing = slots.getAndSet(slot, null);
      if (thing != null) return thing;
    }
    return maker.get();
  }

  /** Gives it back; the giver must not use it any more. */
  public void give(T thing) {
    int start = (int) Thread.currentThread().threadId();
    for (int i = 0; i < PROBES; i++) {
      if (slots.compareAndSet((start + i) & mask, null, thing)) return;
    }
  }
}
