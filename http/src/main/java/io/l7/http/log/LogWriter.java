package io.l7.http.log;

import io.l7.common.disk.Outage;
import io.l7.common.metrics.Metrics;
import io.l7.http.server.AccessLog;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.Writer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes lines on a thread of its own, flushing whenever it has caught up. When it falls {@link
 * #MOST_WAITING} lines behind, requests wait for it, up to {@link #PATIENCE}: a slow disk costs no
 * line. What takes nothing for longer, as a pipe that nobody reads, costs lines, which are counted,
 * and not the server.
 */
public final class LogWriter implements AccessLog, AutoCloseable {
  /** Lines that may wait. */
  public static final int MOST_WAITING = 8192;

  /** How long a request waits for room; nobody does while there has been none for as long. */
  public static final Duration PATIENCE = Duration.ofSeconds(1);

  private static final Logger LOG = LoggerFactory.getLogger(LogWriter.class);

  /** Wakes the writer; no line of a log has a line end in it. */
  private static final String WAKE = "\n";

  private final LogFormat format;
  private final BlockingQueue<String> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
  private final AtomicReference<@Nullable Writer> next = new AtomicReference<>();
  private final Outage outage = new Outage(LOG, "the access log");
  private final Metrics.Tally lost;
  private final Thread thread;
  private volatile boolean stuck;
  private volatile boolean closing;
  private Writer out;

  /** Logs to a writer, which is closed at the end. */
  public LogWriter(LogFormat format, Writer out) {
    this(format, out, new Metrics());
  }

  /** The same, counting lost lines. */
  public LogWriter(LogFormat format, Writer out, Metrics metrics) {
    this.format = format;
    this.out = buffered(out);
    this.lost =
        metrics.counter(
            "l7_http_access_log_lost_total",
            "Lines of the access log that were lost because it was not written in time");
    this.thread = Thread.ofPlatform().daemon().name("http-access-log").start(this::run);
  }

  private static Writer buffered(Writer out) {
    return new BufferedWriter(out, 64 << 10);
  }

  @Override
  public void log(Entry entry) {
    String line = format.line(entry);
    try {
      boolean kept =
          stuck
              ? waiting.offer(line)
              : waiting.offer(line, PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      if (!kept) {
        lose();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void lose() {
    lost.add();
    if (!stuck) {
      stuck = true;
      LOG.error("the access log is not taken; lines are lost until it is");
    }
  }

  /**
   * Goes on with another writer, as when the file was moved away; the one of before gets what was
   * logged until then, and is closed.
   */
  public void switchTo(Writer other) throws IOException {
    Writer passedOver = next.getAndSet(buffered(other));
    if (passedOver != null) {
      passedOver.close();
    }
    wake();
  }

  private void wake() {
    boolean _ = waiting.offer(WAKE); // a full queue wakes it as well
  }

  private void run() {
    try {
      List<String> lines = new ArrayList<>();
      while (!closing || !waiting.isEmpty()) {
        lines.add(waiting.take());
        waiting.drainTo(lines);
        write(lines);
        lines.clear();
        change();
      }
      out.close();
    } catch (IOException e) {
      LOG.error("the end of the access log cannot be written", e);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /** A disk that is full is so for a while: lines are lost then, but not those that come after. */
  private void write(List<String> lines) {
    try {
      for (String line : lines) {
        if (!line.equals(WAKE)) {
          out.write(line);
          out.write('\n');
        }
      }
      if (waiting.isEmpty()) {
        out.flush();
        outage.written();
      }
      if (stuck) {
        stuck = false;
        LOG.warn("the access log is taken again; {} lines were lost so far", lost.value());
      }
    } catch (IOException e) {
      outage.failed(e);
    }
  }

  private void change() {
    Writer other = next.getAndSet(null);
    if (other == null) {
      return;
    }
    try (var before = out) {
      out = other;
      before.flush();
    } catch (IOException e) {
      outage.failed(e);
    }
  }

  /** Writes what waits, and closes the writer; gives up on one that takes nothing for too long. */
  @Override
  public void close() {
    closing = true;
    wake();
    try {
      if (!thread.join(PATIENCE)) {
        LOG.error("the end of the access log is lost: it is not taken");
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
