package io.l7.smtp.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.smtp.message.MailId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** One destination: a few connections at once, each used for mail after mail. */
class DestinationLaneTest {
  private static final int MAILS = 200;
  private static final int CONCURRENCY = 3;

  private final AtomicInteger opened = new AtomicInteger();
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger retirements = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();
  private final CountDownLatch carried = new CountDownLatch(MAILS);
  private final CountDownLatch allOpen = new CountDownLatch(CONCURRENCY);

  private final class Counted implements Courier {
    Counted() {
      opened.incrementAndGet();
      most.accumulateAndGet(open.incrementAndGet(), Math::max);
      allOpen.countDown();
    }

    @Override
    public List<Outcome> deliver(Consignment consignment) {
      return List.of();
    }

    @Override
    public void close() {
      open.decrementAndGet();
    }
  }

  @Test
  void manyMailsShareAFewConnectionsWhichAreClosedInTheEnd() throws Exception {
    try (var workers = Executors.newVirtualThreadPerTaskExecutor()) {
      var lane =
          new DestinationLane(
              "far.example",
              destination -> new Counted(),
              (work, courier) -> {
                awaitQuietly(allOpen); // all that are allowed are at work before any goes on
                carried.countDown();
              },
              workers,
              CONCURRENCY,
              Duration.ofMillis(50),
              new Semaphore(CONCURRENCY),
              retired -> retirements.incrementAndGet());
      for (var i = 0; i < MAILS; i++) {
        lane.submit(new DestinationLane.Work(new MailId(i), List.of(0)));
      }
      carried.await();
      lane.close(System.nanoTime() + Duration.ofSeconds(10).toNanos());
    }
    assertThat(most.get()).isEqualTo(CONCURRENCY);
    assertThat(opened.get()).as("connections for %d mails", MAILS).isEqualTo(CONCURRENCY);
    assertThat(open.get()).isZero();
    assertThat(retirements.get()).isEqualTo(1);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void allDestinationsTogetherHaveSoManyConnectionsAndNoMore() throws Exception {
    var places = new Semaphore(CONCURRENCY);
    var lanes = new ArrayList<DestinationLane>();
    try (var workers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var i = 0; i < MAILS; i++) {
        var lane =
            new DestinationLane(
                "far" + i + ".example",
                destination -> new Counted(),
                (work, courier) -> {
                  awaitQuietly(allOpen);
                  carried.countDown();
                },
                workers,
                20,
                Duration.ofMinutes(1), // who has a place keeps it from nobody
                places,
                retired -> retirements.incrementAndGet());
        lanes.add(lane);
        lane.submit(new DestinationLane.Work(new MailId(i), List.of(0)));
      }
      assertThat(carried.await(20, TimeUnit.SECONDS)).isTrue();
      lanes.forEach(lane -> lane.close(System.nanoTime() + Duration.ofSeconds(10).toNanos()));
    }
    assertThat(most.get()).isEqualTo(CONCURRENCY);
    assertThat(open.get()).isZero();
  }
}
