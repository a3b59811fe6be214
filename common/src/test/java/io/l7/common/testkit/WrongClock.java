package io.l7.common.testkit;

import io.l7.common.time.Scheduler;
import io.l7.common.time.VirtualTime;
import java.time.Duration;
import java.time.InstantSource;

/** Time that passes as it should, and a clock that somebody sets. */
public final class WrongClock implements Scheduler {
  private final VirtualTime time;
  private volatile Duration wrong = Duration.ZERO;

  public WrongClock(VirtualTime time) {
    this.time = time;
  }

  /** Sets the clock so far ahead of what it should say, or back where this is negative. */
  public void set(Duration ahead) {
    wrong = ahead;
  }

  @Override
  public InstantSource clock() {
    return () -> time.clock().instant().plus(wrong);
  }

  @Override
  public long nanos() {
    return time.nanos();
  }

  @Override
  public Timer after(Duration delay, Runnable work) {
    return time.after(delay, work);
  }

  @Override
  public void sleep(Duration duration) throws InterruptedException {
    time.sleep(duration);
  }
}
