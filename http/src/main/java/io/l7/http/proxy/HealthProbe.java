package io.l7.http.proxy;

import io.l7.common.time.Scheduler;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.function.Predicate;

/**
 * Asks upstreams how they are, each on its own beat, the first time at once. What a probe is and
 * where it runs come in from outside.
 */
final class HealthProbe implements AutoCloseable {
  private final UpstreamPool pool;
  private final Duration interval;
  private final Scheduler scheduler;
  private final Executor threads;
  private final Predicate<Upstream> isWell;
  private volatile boolean closed;

  HealthProbe(
      UpstreamPool pool,
      Duration interval,
      Scheduler scheduler,
      Executor threads,
      Predicate<Upstream> isWell) {
    this.pool = pool;
    this.interval = interval;
    this.scheduler = scheduler;
    this.threads = threads;
    this.isWell = isWell;
  }

  void start() {
    pool.members().forEach(member -> schedule(member, Duration.ZERO));
  }

  private void schedule(UpstreamPool.Member member, Duration delay) {
    if (!closed) {
      scheduler.after(delay, () -> threads.execute(() -> probe(member)));
    }
  }

  private void probe(UpstreamPool.Member member) {
    if (closed) {
      return;
    }
    try {
      pool.probed(member, isWell.test(member.upstream()));
    } finally {
      schedule(member, interval);
    }
  }

  @Override
  public void close() {
    closed = true;
  }
}
