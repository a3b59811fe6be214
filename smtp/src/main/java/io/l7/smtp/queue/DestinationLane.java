package io.l7.smtp.queue;

import io.l7.smtp.message.MailId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/**
 * What waits for one destination, and the workers that carry it: at most so many at once, each with
 * a courier of its own that it keeps for a moment after the last mail. All lanes share the places
 * there are for workers. With the last worker the lane retires: mail goes to more destinations than
 * are worth a place for ever. Thread-safe.
 */
final class DestinationLane {
  /** A mail and the indexes of its recipients at this destination. */
  record Work(MailId id, List<Integer> recipients) {}

  /** Carries one piece of work with a courier; never throws. */
  interface Carrier {
    void carry(Work work, Courier courier);
  }

  /** Milliseconds after which an idle worker looks whether others need its place. */
  private static final long GLANCE = 100;

  private final String destination;
  private final Transport transport;
  private final Carrier carrier;
  private final Executor workers;
  private final int concurrency;
  private final Duration linger;
  private final Semaphore places;
  private final Consumer<DestinationLane> whenRetired;
  private final ArrayDeque<Work> waiting = new ArrayDeque<>();

  /** When a server was last reached (of {@link System#nanoTime}), or this lane begun. */
  private volatile long somebodyAt = System.nanoTime();

  private int active;
  private int idle;
  private boolean closed;
  private boolean retired;

  DestinationLane(
      String destination,
      Transport transport,
      Carrier carrier,
      Executor workers,
      int concurrency,
      Duration linger,
      Semaphore places,
      Consumer<DestinationLane> whenRetired) {
    this.destination = destination;
    this.transport = transport;
    this.carrier = carrier;
    this.workers = workers;
    this.concurrency = concurrency;
    this.linger = linger;
    this.places = places;
    this.whenRetired = whenRetired;
  }

  /** Takes work; false when the lane has retired, and a new one has to. */
  boolean submit(Work work) {
    synchronized (this) {
      if (retired) {
        return false;
      }
      waiting.add(work);
      if (idle >= waiting.size()) {
        notify();
        return true;
      }
      if (active >= concurrency) {
        return true;
      }
      active++;
    }
    workers.execute(this::work);
    return true;
  }

  private void work() {
    places.acquireUninterruptibly(); // at the end those that have one give it back at once
    try {
      carryAll();
    } finally {
      places.release();
    }
  }

  private void carryAll() {
    try (var courier = transport.courier(destination)) {
      for (var w = take(); w.isPresent(); w = take()) {
        var began = System.nanoTime();
        carrier.carry(w.get(), courier);
        var nobody = courier.foundNobody();
        if (nobody.isEmpty()) {
          somebodyAt = System.nanoTime();
        } else if (somebodyAt - began < 0) {
          giveUp(nobody.get());
        }
      }
    }
  }

  /**
   * Gives what waits the outcome of who found nobody, as if each had tried: a thousand mails for a
   * host that is silent would keep the places of all other destinations for hours.
   */
  private void giveUp(Outcome outcome) {
    List<Work> rest;
    synchronized (this) {
      rest = closed ? List.of() : List.copyOf(waiting);
      if (!closed) {
        waiting.clear();
      }
    }
    var resigned = new Resigned(outcome);
    for (var work : rest) {
      if (isClosed()) {
        return; // the spool keeps the others for the next start
      }
      carrier.carry(work, resigned);
    }
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  /** Has tried already. */
  private record Resigned(Outcome outcome) implements Courier {
    @Override
    public List<Outcome> deliver(Consignment consignment) {
      return Collections.nCopies(consignment.recipients().size(), outcome);
    }

    @Override
    public void close() {}
  }

  /** The next work; empty, with the worker signed off, when none came for a while. */
  private synchronized Optional<Work> take() {
    linger();
    var next = closed ? Optional.<Work>empty() : Optional.ofNullable(waiting.poll());
    if (next.isEmpty()) {
      active--;
      if (active == 0) {
        retired = true;
        whenRetired.accept(this);
      }
      notifyAll();
    }
    return next;
  }

  private synchronized void linger() {
    var end = System.nanoTime() + linger.toNanos();
    idle++;
    try {
      while (waiting.isEmpty() && !closed && !places.hasQueuedThreads()) {
        var left = (end - System.nanoTime()) / 1_000_000;
        if (left <= 0) {
          return;
        }
        wait(Math.min(left, GLANCE)); // now and then at those who wait for our place
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      idle--;
    }
  }

  /**
   * Lets the work under way end, up to the deadline (of {@link System#nanoTime}); what waits stays
   * in the spool.
   */
  synchronized void close(long deadline) {
    closed = true;
    notifyAll();
    while (active > 0) {
      var left = (deadline - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return;
      }
      try {
        wait(left);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}
