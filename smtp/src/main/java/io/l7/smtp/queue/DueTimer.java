package io.l7.smtp.queue;

import io.l7.common.time.Scheduler;
import io.l7.smtp.message.MailId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Calls out mails when they are due, with one timer for all. The same appointment made twice is
 * one: a mail makes those of all its recipients anew each time it is looked at. Thread-safe.
 */
final class DueTimer {
  private record Due(Instant at, MailId id) implements Comparable<Due> {
    @Override
    public int compareTo(Due other) {
      var byTime = at.compareTo(other.at);
      return byTime != 0 ? byTime : id.compareTo(other.id);
    }
  }

  private final Scheduler scheduler;
  private final Duration furthest;
  private final Consumer<MailId> due;
  private final TreeSet<Due> queue = new TreeSet<>();
  private @Nullable Instant armedFor;
  private Scheduler.@Nullable Timer timer;
  private boolean closed;

  /** Nobody is to wait longer than {@code furthest}: who seems to has a clock that was set back. */
  DueTimer(Scheduler scheduler, Duration furthest, Consumer<MailId> due) {
    this.scheduler = scheduler;
    this.furthest = furthest;
    this.due = due;
  }

  synchronized void add(Instant at, MailId id) {
    queue.add(new Due(at, id));
    arm();
  }

  private void arm() {
    if (closed || queue.isEmpty()) {
      return;
    }
    var first = queue.first();
    if (armedFor != null && !first.at().isBefore(armedFor)) {
      return;
    }
    if (timer != null) {
      timer.cancel();
    }
    armedFor = first.at();
    timer = scheduler.at(first.at(), this::fire);
  }

  private void fire() {
    List<MailId> now = new ArrayList<>();
    synchronized (this) {
      armedFor = null;
      timer = null;
      var time = scheduler.clock().instant();
      while (!queue.isEmpty() && isDue(queue.first().at(), time)) {
        now.add(Objects.requireNonNull(queue.pollFirst()).id());
      }
      while (!queue.isEmpty() && isDue(queue.last().at(), time)) {
        now.add(Objects.requireNonNull(queue.pollLast()).id());
      }
      arm();
    }
    now.forEach(due);
  }

  /** Whether the time has come, or will not within what is possible. */
  boolean isDue(Instant at, Instant now) {
    return !at.isAfter(now) || at.isAfter(now.plus(furthest));
  }

  /** How many appointments there are. */
  synchronized int size() {
    return queue.size();
  }

  synchronized void close() {
    closed = true;
    if (timer != null) {
      timer.cancel();
    }
  }
}
