package io.l7.smtp.queue;

import io.l7.common.time.Scheduler;
import io.l7.smtp.mailbox.MaildirDelivery;
import io.l7.smtp.mailbox.MaildirDelivery.Delivered;
import io.l7.smtp.message.MailId;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes delivered files durable, many at a time, and only then lets their recipients be final.
 * Until then the spool keeps the mail: a crash in between delivers it again under the same name.
 * Thread-safe.
 */
final class Settler {
  private static final Logger LOG = LoggerFactory.getLogger(Settler.class);
  private static final Duration TICK = Duration.ofSeconds(1);
  private static final int BATCH = 500;

  /** How long what cannot be made durable is left alone. */
  private static final Duration PAUSE = Duration.ofMinutes(1);

  /** Smaller, so that the clock is looked at more often. */
  private static final int LAST_BATCH = 50;

  /** Writes a delivered file anew. */
  @FunctionalInterface
  interface Renewal {
    Delivered renew(MailId id, int recipient, Delivered file) throws IOException;
  }

  /**
   * {@code since} is of {@link Scheduler#nanos}: a clock that is set back makes nothing younger.
   */
  private record Unsettled(MailId id, int recipient, Delivered file, long since) {}

  private final MaildirDelivery maildirs;
  private final Scheduler scheduler;
  private final QueueOptions options;
  private final Executor disk;
  private final Renewal renewal;
  private final BiConsumer<MailId, Integer> settled;
  private final ArrayDeque<Unsettled> backlog = new ArrayDeque<>();
  private boolean armed;

  Settler(
      MaildirDelivery maildirs,
      Scheduler scheduler,
      QueueOptions options,
      Executor disk,
      Renewal renewal,
      BiConsumer<MailId, Integer> settled) {
    this.maildirs = maildirs;
    this.scheduler = scheduler;
    this.options = options;
    this.disk = disk;
    this.renewal = renewal;
    this.settled = settled;
  }

  synchronized void add(MailId id, int recipient, Delivered file) {
    backlog.add(new Unsettled(id, recipient, file, scheduler.nanos()));
    arm();
  }

  private void arm() {
    if (!armed) {
      armed = true;
      scheduler.after(TICK, this::due);
    }
  }

  private void due() {
    try {
      disk.execute(this::tick);
    } catch (RejectedExecutionException e) {
      // The server was closed since: its drain has settled what there was, and the spool has the
      // rest.
    }
  }

  private void tick() {
    var go = true;
    while (go) {
      go = settle(ripe());
    }
    synchronized (this) {
      armed = false;
      if (!backlog.isEmpty()) {
        arm();
      }
    }
  }

  private synchronized List<Unsettled> ripe() {
    var few = backlog.size() <= options.settleAtOnce();
    var limit = scheduler.nanos() - options.settleAfter().toNanos();
    var out = new ArrayList<Unsettled>();
    while (out.size() < BATCH
        && !backlog.isEmpty()
        && (few || backlog.peek().since() - limit <= 0)) {
      out.add(backlog.remove());
    }
    return out;
  }

  /**
   * Settles a batch; false when there was none. Of a batch that fails each is tried by itself: one
   * mailbox that nobody may write must not keep the mails of all the others in the spool.
   */
  private boolean settle(List<Unsettled> batch) {
    if (batch.isEmpty()) {
      return false;
    }
    if (batch.stream().noneMatch(u -> maildirs.spoiled(u.file())) && sync(batch)) {
      batch.forEach(this::done);
      return true;
    }
    var left = new ArrayList<Unsettled>();
    for (var one : batch) {
      var fresh = renewed(one);
      if (!maildirs.spoiled(fresh.file()) && sync(List.of(fresh))) {
        done(fresh);
      } else {
        left.add(fresh);
      }
    }
    if (left.isEmpty()) {
      return true;
    }
    LOG.error("{} delivered mails are not durable yet; trying again in a minute", left.size());
    scheduler.after(PAUSE, () -> again(left));
    return true;
  }

  /** With its file written anew, where a force of it failed; as it is where that fails too. */
  private Unsettled renewed(Unsettled one) {
    if (!maildirs.spoiled(one.file())) {
      return one;
    }
    try {
      var file = renewal.renew(one.id(), one.recipient(), one.file());
      return new Unsettled(one.id(), one.recipient(), file, one.since());
    } catch (IOException | RuntimeException e) {
      LOG.warn("the delivered mail {} cannot be written anew", one.id(), e);
      return one;
    }
  }

  private boolean sync(List<Unsettled> batch) {
    try {
      maildirs.sync(batch.stream().map(Unsettled::file).toList());
      return true;
    } catch (IOException | RuntimeException e) {
      LOG.warn("{} delivered mails at once cannot be made durable", batch.size(), e);
      return false;
    }
  }

  private void done(Unsettled one) {
    maildirs.forget(one.file());
    try {
      settled.accept(one.id(), one.recipient());
    } catch (RuntimeException e) {
      LOG.error("mail {} is delivered, but that cannot be written down", one.id(), e);
    }
  }

  private synchronized void again(List<Unsettled> left) {
    backlog.addAll(left);
    arm();
  }

  /** Settles what it can up to the deadline (of {@link System#nanoTime}). */
  void drain(long deadline) {
    while (System.nanoTime() < deadline) {
      List<Unsettled> batch;
      synchronized (this) {
        batch = new ArrayList<>();
        while (batch.size() < LAST_BATCH && !backlog.isEmpty()) {
          batch.add(backlog.remove());
        }
      }
      if (!settle(batch)) {
        return;
      }
    }
  }
}
