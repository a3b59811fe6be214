package io.l7.dns.replay;

import io.l7.dns.resolver.Tasks;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Semaphore;

/**
 * Tasks in virtual time: of all tasks exactly one runs at a time, in a fixed order, and the clock
 * stands still while they run. One controlling thread owns it: it forks, lets tasks run and moves
 * the clock; an engine made over these tasks may be asked from inside them alone.
 */
public final class VirtualTasks implements Tasks, InstantSource, AutoCloseable {
  private static final class Task {
    final Semaphore turn = new Semaphore(0);
  }

  private record Timer(long atMillis, long order, Wait waiter) {}

  /** A task that waits: it goes on when it is woken or its time is over. */
  final class Wait {
    private final Task task;
    private boolean over;
    private boolean woken;

    private Wait(Task task) {
      this.task = task;
    }

    /** Lets the task go on. */
    void wake() {
      if (!over) {
        over = true;
        woken = true;
        ready.add(task);
      }
    }

    private void expire() {
      if (!over) {
        over = true;
        ready.add(task);
      }
    }
  }

  private final Deque<Task> ready = new ArrayDeque<>();
  private final Set<Task> all = new HashSet<>();
  private final PriorityQueue<Timer> timers =
      new PriorityQueue<>(
          Comparator.comparingLong(Timer::atMillis).thenComparingLong(Timer::order));
  private final Semaphore controller = new Semaphore(0);
  private Task current = new Task();
  private long nowMillis;
  private long order;
  private boolean cancelled;

  /** A clock that stands at {@code startMillis} of the epoch. */
  public VirtualTasks(long startMillis) {
    this.nowMillis = startMillis;
  }

  @Override
  public Instant instant() {
    return Instant.ofEpochMilli(nowMillis);
  }

  @Override
  public void fork(Runnable work) {
    var task = new Task();
    all.add(task);
    ready.add(task);
    Thread.ofVirtual()
        .name("replay")
        .start(
            () -> {
              task.turn.acquireUninterruptibly();
              try {
                if (!cancelled) {
                  work.run();
                }
              } catch (CancellationException e) {
                cancelled = true;
              } finally {
                all.remove(task);
                controller.release();
              }
            });
  }

  /** Runs tasks until all wait. */
  public void runUntilIdle() {
    for (Task task = ready.poll(); task != null; task = ready.poll()) {
      current = task;
      task.turn.release();
      controller.acquireUninterruptibly();
    }
  }

  /**
   * Prepares the running task to wait; hand the result to whoever will wake it, then {@link
   * #await}.
   */
  Wait prepare() {
    return new Wait(current);
  }

  /** Waits; true if woken, false if the time was over first. */
  boolean await(Wait wait, Duration timeout) {
    Task self = wait.task;
    timers.add(new Timer(nowMillis + timeout.toMillis(), order++, wait));
    controller.release();
    self.turn.acquireUninterruptibly();
    if (cancelled) {
      throw new CancellationException();
    }
    return wait.woken;
  }

  /** Lets the running task wait. */
  public void sleep(Duration time) {
    await(prepare(), time);
  }

  @Override
  public Gate gate() {
    return new Gate() {
      private final Deque<Wait> waits = new ArrayDeque<>();
      private boolean open;

      @Override
      public void open() {
        open = true;
        waits.forEach(Wait::wake);
        waits.clear();
      }

      @Override
      public boolean await(Duration timeout) {
        if (open) {
          return true;
        }
        Wait wait = prepare();
        waits.add(wait);
        return VirtualTasks.this.await(wait, timeout);
      }
    };
  }

  /** Moves the clock, firing timers on the way. */
  public void advance(long millis) {
    long target = nowMillis + millis;
    while (!timers.isEmpty() && timers.element().atMillis() <= target) {
      fireNext();
    }
    nowMillis = target;
  }

  /** Jumps to the next timer that still matters and fires it; false if there is none. */
  public boolean fireNext() {
    while (!timers.isEmpty()) {
      Timer timer = timers.remove();
      if (!timer.waiter().over) {
        nowMillis = Math.max(nowMillis, timer.atMillis());
        timer.waiter().expire();
        runUntilIdle();
        return true;
      }
    }
    return false;
  }

  /** Ends every task that still waits. */
  @Override
  public void close() {
    cancelled = true;
    for (Task task : Set.copyOf(all)) {
      if (all.contains(task)) {
        task.turn.release();
        controller.acquireUninterruptibly();
      }
    }
  }
}
