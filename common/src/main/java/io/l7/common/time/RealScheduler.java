package io.l7.common.time;

import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicBoolean;

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
    var over = new AtomicBoolean(); // it has begun, or is cancelled: whichever comes first
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
                  if (over.compareAndSet(false, true)) work.run();
                });
    return () -> {
      if (over.compareAndSet(false, true)) thread.interrupt();
    };
  }

  @Override
  public void sleep(Duration duration) throws InterruptedException {
    Thread.sleep(duration);
  }
}
