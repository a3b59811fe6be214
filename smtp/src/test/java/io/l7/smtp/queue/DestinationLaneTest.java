package io.l7.smtp.queue;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.smtp.address.Mailbox;
import io.l7.smtp.address.ReversePath;
import io.l7.smtp.message.Envelope;
import io.l7.smtp.message.MailId;
import io.l7.smtp.message.Recipient;
import io.l7.smtp.message.Target;
import io.l7.smtp.protocol.EnhancedStatus;
import io.l7.smtp.protocol.MailParameters;
import io.l7.smtp.protocol.RcptParameters;
import io.l7.smtp.queue.Outcome.DsnDuty;
import io.l7.smtp.store.Content;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
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

  /** Found nobody, or did, as it is told. */
  private static final class Knocking implements Courier {
    private final Deque<Boolean> doors;
    private Optional<Outcome> nobody = Optional.empty();

    Knocking(Deque<Boolean> doors) {
      this.doors = doors;
    }

    @Override
    public List<Outcome> deliver(Consignment consignment) {
      nobody =
          doors.remove()
              ? Optional.empty()
              : Optional.of(
                  new Outcome.Deferred(Optional.empty(), EnhancedStatus.of("4.4.1"), "no"));
      return List.of(nobody.orElse(new Outcome.Delivered(Optional.of("mx"), "ok", DsnDuty.OURS)));
    }

    @Override
    public Optional<Outcome> foundNobody() {
      return nobody;
    }

    @Override
    public void close() {}
  }

  /** What becomes of so many mails, one worker trying doors that open or do not. */
  private static List<Class<?>> outcomes(int mails, Boolean... doors) {
    var left = new ArrayDeque<>(List.of(doors));
    var out = new ArrayList<Class<?>>();
    var bob = Mailbox.of("bob@far.example");
    var to = List.of(new Recipient(bob, new Target.Remote(bob), RcptParameters.NONE));
    var envelope = new Envelope(ReversePath.nobody(), MailParameters.NONE, to);
    var work = new ArrayList<Runnable>();
    var lane =
        new DestinationLane(
            "far.example",
            destination -> new Knocking(left),
            (w, courier) ->
                out.add(
                    courier
                        .deliver(new Consignment(w.id(), envelope, to, Content.of(new byte[0])))
                        .getFirst()
                        .getClass()),
            work::add,
            1,
            Duration.ZERO,
            new Semaphore(1),
            retired -> {});
    for (var i = 0; i < mails; i++) {
      lane.submit(new DestinationLane.Work(new MailId(i), List.of(0)));
    }
    work.forEach(Runnable::run);
    assertThat(left).as("doors that nobody tried").isEmpty();
    return out;
  }

  @Test
  void whoWaitsBehindOneThatFoundNobodyIsPutOffWithIt() {
    assertThat(outcomes(1_000, false)).hasSize(1_000).containsOnly(Outcome.Deferred.class);
  }

  @Test
  void whoFoundSomebodyPutsNobodyOff() {
    assertThat(outcomes(3, true, true, true)).hasSize(3).containsOnly(Outcome.Delivered.class);
    assertThat(outcomes(5, true, true, false))
        .startsWith(Outcome.Delivered.class, Outcome.Delivered.class)
        .hasSize(5)
        .endsWith(Outcome.Deferred.class, Outcome.Deferred.class, Outcome.Deferred.class);
  }
}
