package io.l7.dns.service;

import io.l7.common.disk.Outage;
import io.l7.common.metrics.Metrics;
import java.io.IOException;
import java.io.Writer;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lines written by a thread of its own: a slow disk costs lines, which are counted, and no answers.
 * Safe for all threads.
 */
final class LineLog<E> implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LineLog.class);

  /** Lines that wait for the disk; some tenths of a second of a busy server. */
  private static final int QUEUE = 16_384;

  private final String what;
  private final Writer first;
  private final Function<E, String> form;
  private final Metrics.Tally lost;
  private final ArrayBlockingQueue<E> queue = new ArrayBlockingQueue<>(QUEUE);
  private final AtomicReference<Optional<Writer>> next = new AtomicReference<>(Optional.empty());
  private volatile boolean closing;
  private final Thread writer;
  private final Outage outage;

  /**
   * Starts one.
   *
   * @param what it is, for messages: {@code the query log}
   * @param first is closed with the log
   * @param form a line with its end
   */
  LineLog(String what, Writer first, Function<E, String> form, Metrics.Tally lost) {
    this.what = what;
    this.first = first;
    this.form = form;
    this.lost = lost;
    this.outage = new Outage(LOG, what);
    this.writer =
        Thread.ofPlatform().daemon().name("dns-" + what.replace(' ', '-')).start(this::write);
  }

  /**
   * Goes on writing to {@code fresh}, as after a log file was renamed; what was written to before
   * is closed, and so is one that was given and not yet begun.
   */
  void switchTo(Writer fresh) {
    next.getAndSet(Optional.of(fresh)).ifPresent(this::end);
  }

  private void end(Writer old) {
    try {
      old.close();
    } catch (IOException e) {
      LOG.error("the end of {} cannot be written", what, e);
    }
  }

  /** Takes what is to be a line. */
  void record(E entry) {
    if (!queue.offer(entry)) {
      lost.add();
    }
  }

  private void write() {
    Writer to = first;
    try {
      while (!closing || !queue.isEmpty()) {
        E entry = queue.poll(200, TimeUnit.MILLISECONDS);
        Optional<Writer> fresh = next.getAndSet(Optional.empty());
        if (fresh.isPresent()) {
          end(to);
          to = fresh.get();
        }
        write(to, entry == null ? "" : lineOrNothing(entry));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      end(to);
    }
  }

  /** A disk that is full is so for a while: lines are lost then, but not those that come after. */
  private void write(Writer to, String line) {
    try {
      to.write(line);
      if (queue.isEmpty()) {
        to.flush();
        if (!line.isEmpty()) {
          outage.written();
        }
      }
    } catch (IOException e) {
      lost.add();
      outage.failed(e);
    }
  }

  /** A fault of ours costs its line, not the log. */
  private String lineOrNothing(E entry) {
    try {
      return form.apply(entry);
    } catch (RuntimeException e) {
      LOG.error("a line of {} cannot be made", what, e);
      lost.add();
      return "";
    }
  }

  /** Writes what waits, and ends. */
  @Override
  public void close() {
    closing = true;
    try {
      writer.join(2_000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
