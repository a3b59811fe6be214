package io.l7.cli;

import io.l7.common.units.Units;
import java.io.PrintWriter;
import java.time.Duration;

/**
 * One line on standard error that shows how far a job is, how fast it goes and how long it will
 * take; nothing where standard error is no terminal. Safe for all threads.
 */
public final class Progress implements AutoCloseable {
  private static final long REDRAW_NANOS = 100_000_000;

  private final PrintWriter err;
  private final String what;
  private final long total;
  private final boolean shown;
  private final long start = System.nanoTime();
  private long done;
  private long drawn;
  private int width;

  /** Progress towards {@code total} octets; 0 when that is not known. */
  public Progress(PrintWriter err, String what, long total) {
    this.err = err;
    this.what = what;
    this.total = total;
    this.shown = Terminal.showsErrors();
  }

  /** So many more octets are done. */
  public void add(long octets) {
    at(done + octets);
  }

  /** So many octets are done in all. */
  public synchronized void at(long octets) {
    done = octets;
    long now = System.nanoTime();
    if (!shown || now - drawn < REDRAW_NANOS) return;
    drawn = now;
    draw(now);
  }

  private void draw(long now) {
    double seconds = Math.max(1e-3, (now - start) / 1e9);
    double speed = done / seconds;
    var text = new StringBuilder(what).append(' ');
    if (total > 0) {
      int filled = Math.clamp(done * 24 / total, 0, 24);
      text.append('[').append("=".repeat(filled)).append(" ".repeat(24 - filled)).append("] ");
      text.append(Math.clamp(done * 100 / total, 0, 100)).append("% ");
    }
    text.append(Units.size(done)).append(' ').append(Units.size((long) speed)).append("/s");
    if (total > done && speed > 0) {
      text.append(' ')
          .append(Units.duration(Duration.ofMillis((long) ((total - done) / speed * 1000))))
          .append(" left");
    }
    int blank = Math.max(0, width - text.length());
    width = text.length();
    err.print("\r" + text + " ".repeat(blank));
    err.flush();
  }

  /** Takes the line away. */
  @Override
  public synchronized void close() {
    if (!shown || width == 0) return;
    err.print("\r" + " ".repeat(width) + "\r");
    err.flush();
  }
}
