package io.l7.bittorrent.sim;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * Virtual time: runs events in the order of their time, and of their making within one instant.
 * Events of a fixed delay go through a queue instead of the heap: most of a swarm's do.
 */
final class EventLoop {
  private long[] times = new long[1024];
  private long[] order = new long[1024];
  private @Nullable Runnable[] heap = new @Nullable Runnable[1024];
  private int size;

  private final Deque<Later> fixed = new ArrayDeque<>();
  private final long fixedDelay;
  private long now;
  private long made;
  private long run;

  private record Later(long time, long order, Runnable event) {}

  EventLoop(long fixedDelay) {
    this.fixedDelay = fixedDelay;
  }

  long now() {
    return now;
  }

  long eventsRun() {
    return run;
  }

  /** Runs an event one fixed delay from now. */
  void delayed(Runnable event) {
    fixed.addLast(new Later(now + fixedDelay, made++, event));
  }

  /** Runs an event at that time, not before now. */
  void at(long time, Runnable event) {
    if (size == heap.length) {
      times = Arrays.copyOf(times, size * 2);
      order = Arrays.copyOf(order, size * 2);
      heap = Arrays.copyOf(heap, size * 2);
    }
    int i = size++;
    long at = Math.max(time, now);
    long number = made++;
    while (i > 0) {
      int parent = (i - 1) >>> 1;
      if (before(times[parent], order[parent], at, number)) {
        break;
      }
      move(parent, i);
      i = parent;
    }
    set(i, at, number, event);
  }

  /** Runs the next event; false when there is none before {@code limit}. */
  boolean step(long limit) {
    Later queued = fixed.peekFirst();
    boolean fromQueue =
        queued != null && (size == 0 || before(queued.time, queued.order, times[0], order[0]));
    if (queued != null && fromQueue) {
      if (queued.time > limit) {
        return false;
      }
      fixed.removeFirst();
      now = queued.time;
      run++;
      queued.event.run();
      return true;
    }
    if (size == 0 || times[0] > limit) {
      return false;
    }
    now = times[0];
    Runnable event = heap[0];
    removeFirst();
    run++;
    if (event != null) {
      event.run();
    }
    return true;
  }

  private void removeFirst() {
    size--;
    long time = times[size];
    long number = order[size];
    Runnable event = heap[size];
    heap[size] = null;
    if (size == 0) {
      return;
    }
    int i = 0;
    while (true) {
      int child = 2 * i + 1;
      if (child >= size) {
        break;
      }
      if (child + 1 < size
          && before(times[child + 1], order[child + 1], times[child], order[child])) {
        child++;
      }
      if (before(time, number, times[child], order[child])) {
        break;
      }
      move(child, i);
      i = child;
    }
    set(i, time, number, event);
  }

  private static boolean before(long time, long number, long otherTime, long otherNumber) {
    return time < otherTime || (time == otherTime && number < otherNumber);
  }

  private void move(int from, int to) {
    set(to, times[from], order[from], heap[from]);
  }

  private void set(int i, long time, long number, @Nullable Runnable event) {
    times[i] = time;
    order[i] = number;
    heap[i] = event;
  }
}
