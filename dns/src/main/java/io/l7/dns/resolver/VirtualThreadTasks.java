package io.l7.dns.resolver;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Tasks on virtual threads of their own, in real time. */
public final class VirtualThreadTasks implements Tasks {
  @Override
  public void fork(Runnable work) {
    Thread.ofVirtual().name("dns-resolution").start(work);
  }

  @Override
  public Gate gate() {
    var latch = new CountDownLatch(1);
    return new Gate() {
      @Override
      public void open() {
        latch.countDown();
      }

      @Override
      public boolean await(Duration timeout) {
        try {
          return latch.await(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return false;
        }
      }
    };
  }
}
