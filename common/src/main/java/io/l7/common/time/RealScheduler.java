package io.l7.common.time;

import java.time.Duration;
import java.time.InstantSource;

/** The machine's time. */
enum RealScheduler implements Scheduler {
  INSTANCE;

  @Override
  public InstantSource clock() {
    return InstantSource.system();
  }

  @Override
  public long nanos() {
    return System.nanoTime();
  }

  @Override
  public Timer after(Duration delay, Runnable work) {
    var thread =
        Thread.ofVirtual()
            .name("timer")
            .start(
                () -> {
                  try {
                    Thread.sleep(delay);
                  } catch (InterruptedException e) {
                    return; // cancelled
                  }
                  work.run();
                });
    return thread::interrupt;
  }

  @Override
  public void sleep(Duration duration) throws InterruptedException {
    Thread.sleep(duration);
  }
}
