package io.l7.common.net;

import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import jdk.management.VirtualThreadSchedulerMXBean;
import org.jspecify.annotations.Nullable;

/** Whether virtual threads wait for a carrier. */
final class Scheduled {
  /** Null until it is there, and for good where the JVM has none. */
  private static volatile @Nullable VirtualThreadSchedulerMXBean scheduler;

  private static final AtomicBoolean ASKED_FOR = new AtomicBoolean();

  private Scheduled() {}

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
