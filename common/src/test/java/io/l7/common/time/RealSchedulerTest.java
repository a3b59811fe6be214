package io.l7.common.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RealSchedulerTest {
  @Test
  void whatHasBegunIsNotInterruptedByACancelThatComesTooLate() throws Exception {
    var begun = new CountDownLatch(1);
    var cancelled = new CountDownLatch(1);
    var interrupted = new CompletableFuture<Boolean>();
    var timer =
        Scheduler.real()
            .after(
                Duration.ZERO,
                () -> {
                  begun.countDown();
                  try {
                    interrupted.complete(!cancelled.await(20, TimeUnit.SECONDS));
                  } catch (InterruptedException e) {
                    interrupted.complete(true);
                  }
                });
    begun.await();
    timer.cancel();
    cancelled.countDown();
    assertThat(interrupted.get(20, TimeUnit.SECONDS)).isFalse();
  }

  @Test
  void whatIsCancelledInTimeDoesNotHappen() throws Exception {
    var happened = new CountDownLatch(1);
    var timer = Scheduler.real().after(Duration.ofMillis(100), happened::countDown);
    timer.cancel();
    assertThat(happened.await(200, TimeUnit.MILLISECONDS)).isFalse();
  }
}
