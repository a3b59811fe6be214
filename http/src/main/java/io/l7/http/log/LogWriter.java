package io.l7.http.log;

import io.l7.common.disk.Outage;
import io.l7.http.server.AccessLog;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.Writer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes lines on a thread of its own, flushing whenever it has caught up. When it falls {@link
 * #MOST_WAITING} lines behind, requests wait for it: no line is lost while the server runs.
 */
public final class LogWriter implements AccessLog, AutoCloseable {
  /** Lines that may wait. */
  public static final int MOST_WAITING = 8192;

  private static final Logger LOG = LoggerFactory.getLogger(LogWriter.class);
  private static final String END = "";

  private final LogFormat format;
  private final Writer out;
  private final BlockingQueue<String> waiting = new ArrayBlockingQueue<>(MOST_WAITING);
  private final Thread thread;
  private final Outage outage = new Outage(LOG, "the access log");

  /** Logs to a writer, which is closed at the end. */
  public LogWriter(LogFormat format, Writer out) {
    this.format = format;
    this.out = new BufferedWriter(out, 64 << 10);
    this.thread = Thread.ofPlatform().daemon().name("http-access-log").start(this::run);
  }

  @Override
  public void log(Entry entry) {
    try {
      waiting.put(format.line(entry));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try (out) {
      List<String> lines = new ArrayList<>();
      for (int end = -1; end < 0; lines.clear()) {
        lines.add(waiting.take());
        waiting.drainTo(lines);
        end = lines.indexOf(END);
        write(end < 0 ? lines : lines.subList(0, end));
      }
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
        out.write(line);
        out.write('\n');
      }
      if (waiting.isEmpty()) {
        out.flush();
        outage.written();
      }
    } catch (IOException e) {
      outage.failed(e);
    }
  }

  /** Writes what waits, and closes the writer. */
  @Override
  public void close() {
    try {
      waiting.put(END);
      thread.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
