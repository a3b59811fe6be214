package io.l7.common.net;

import java.lang.management.ManagementFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import jdk.management.VirtualThreadSchedulerMXBean;
import org.jspecify.annotations.Nullable;

/** Whether virtual threads wait for a carrier. */
final class Scheduled {
  /** Null until it is there, and for good where the JVM has none. */
  private static volatile @Nullable VirtualThreadSchedulerMXBean scheduler;

  private static final AtomicBoolean ASKED_FOR = new AtomicBoolean();

  /**
   * How long threads may keep taking turns among themselves, before they stand aside for what comes
   * from other threads: a new connection, a disk that answers, a timer.
   */
  static final long AMONG_THEMSELVES_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  /**
   * For how long one stands aside. The scheduler turns to what comes from other threads when the
   * carrier's own queue is empty, and stays with the source it came from last as long as that has
   * more: were who stood aside back by then, it would be the next again, and others never.
   */
  private static final long ASIDE_NANOS = TimeUnit.MICROSECONDS.toNanos(50);

  private Scheduled() {}

  /**
   * Stands aside for a moment where anybody may wait.
   *
   * @return whether it did
   */
  static boolean standAside() {
    if (!anyMayWait()) return false;
    LockSupport.parkNanos(ASIDE_NANOS);
    return true;
  }

  /**
   * Whether any may wait. It looks over all queues, for some 10 ns; the first calls say yes, while
   * another thread loads what it takes.
   */
  static boolean anyMayWait() {
    var known = scheduler;
    if (known != null) return known.getQueuedVirtualThreadCount() != 0;
    if (!ASKED_FOR.getAndSet(true))
      Thread.ofPlatform().daemon().name("reactor-scheduler").start(Scheduled::load);
    return true;
  }

  /** Whether there is one carrier alone, and nobody waits for it. */
  static boolean onlyCarrierIsUnwanted() {
    return !anyMayWait() && scheduler != null && scheduler.getParallelism() == 1;
  }

  private static void load() {
    var found = ManagementFactory.getPlatformMXBean(VirtualThreadSchedulerMXBean.class);
    if (found != null && found.getQueuedVirtualThreadCount() >= 0) scheduler = found;
  }
}
