package io.l7.common.time;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.CountDownLatch;

/**
 * Time that passes only when told to. What falls due runs in the thread that advances, in the order
 * of its time, then of its making. Safe for all threads, but only one may advance.
 */
public final class VirtualTime implements Scheduler {
  private final Instant start;
  private final PriorityQueue<Due> queue = new PriorityQueue<>();
  private long nanos;
  private long serial;

  private record Due(long at, long serial, Runnable work) implements Comparable<Due> {
    @Override
    public int compareTo(Due other) {
      int byTime = Long.compare(at, other.at);
      return byTime != 0 ? byTime : Long.compare(serial, other.serial);
    }
  }

  /** Time that stands at {@code start}. */
  public VirtualTime(Instant start) {
    this.start = start;
  }

  /** Time that stands at the beginning of 2026. */
  public VirtualTime() {
    this(Instant.parse("2026-01-01T00:00:00Z"));
  }

  /** The moment it is. */
  public synchronized Instant now() {
    return start.plusNanos(nanos);
  }

  @Override
  public InstantSource clock() {
    return this::now;
  }

  @Override
  public synchronized long nanos() {
    return nanos;
  }

  @Override
  public synchronized Timer after(Duration delay, Runnable work) {
    var due = new Due(later(delay), serial++, work);
    queue.add(due);
    return () -> {
      synchronized (this) {
        queue.remove(due);
      }
    };
  }

  /** What lies further ahead than a long can count is due at its end. */
  private long later(Duration delay) {
    if (delay.isNegative()) return nanos;
    var left = Duration.ofNanos(Long.MAX_VALUE - nanos);
    return delay.compareTo(left) < 0 ? nanos + delay.toNanos() : Long.MAX_VALUE;
  }

  @Override
  public synchronized Timer at(Instant moment, Runnable work) {
    return Scheduler.super.at(moment, work); // no time passes between looking and setting
  }

  @Override
  public void sleep(Duration duration) throws InterruptedException {
    if (!duration.isPositive()) {
      if (Thread.interrupted()) throw new InterruptedException();
      return; // as Thread.sleep: nobody has to let time pass for it
    }
    var woken = new CountDownLatch(1);
    var timer = after(duration, woken::countDown);
    try {
      woken.await();
    } finally {
      timer.cancel();
    }
  }

  /** Lets {@code duration} pass and runs what falls due in it, what that makes due included. */
  public void advance(Duration duration) {
    long end;
    synchronized (this) {
      end = nanos + duration.toNanos();
    }
    while (runNext(end)) {}
    synchronized (this) {
      nanos = end;
    }
  }

  /** Runs everything, however late it falls due; time stands at the last of it. */
  public void runUntilIdle() {
    while (runNext(Long.MAX_VALUE)) {}
  }

  /** Runs what falls due next, if that is at {@code end} or before. */
  private boolean runNext(long end) {
    Runnable work;
    synchronized (this) {
      var next = queue.peek();
      if (next == null || next.at > end) return false;
      queue.remove();
      nanos = Math.max(nanos, next.at);
      work = next.work;
    }
    work.run();
    return true;
  }

  /** When the next thing falls due; empty if nothing is to happen. */
  public synchronized Optional<Instant> next() {
    return Optional.ofNullable(queue.peek()).map(due -> start.plusNanos(due.at));
  }

  /** How many things are still to happen. */
  public synchronized int pending() {
    return queue.size();
  }
}
