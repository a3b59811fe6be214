package io.l7.cli.dash;

import io.l7.common.units.Units;
import java.io.Console;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;

/** One line on a terminal: how far the encoder is, its speed, the time left. */
final class EncodingBar implements AutoCloseable {
  private static final int WIDTH = 24;

  /** What was longer before is written over. */
  private static final int LENGTH = 78;

  private final PrintWriter err;
  private final long totalMs;
  private final boolean shown = onTerminal();

  EncodingBar(PrintWriter err, long totalMs) {
    this.err = err;
    this.totalMs = totalMs;
  }

  // JDK 22 to 24 always gave a console; JDK 25 gives none where a stream is redirected.
  @SuppressWarnings("SystemConsoleNull")
  private static boolean onTerminal() {
    Console console = System.console();
    return console != null && console.isTerminal();
  }

  void at(Duration done, double speed) {
    if (shown) {
      err.print("\r" + line(done, speed, totalMs));
      err.flush();
    }
  }

  /**
   * The bar as text.
   *
   * @param speed times real time; 0 where not known
   * @param totalMs duration of the video; 0 where not known
   */
  static String line(Duration done, double speed, long totalMs) {
    long ms = done.toMillis();
    int filled = totalMs > 0 ? (int) Math.clamp(ms * WIDTH / totalMs, 0L, WIDTH) : 0;
    String bar = "=".repeat(filled) + " ".repeat(WIDTH - filled);
    String text =
        String.format(
            Locale.ROOT,
            "encoding [%s] %s %.1fx",
            bar,
            Units.duration(Duration.ofSeconds(done.toSeconds())),
            speed);
    if (speed > 0 && totalMs > ms) {
      long left = Math.ceilDiv((long) ((totalMs - ms) / speed), 1000L);
      text += " " + Units.duration(Duration.ofSeconds(left)) + " left";
    }
    return text + " ".repeat(Math.max(0, LENGTH - text.length()));
  }

  @Override
  public void close() {
    if (shown) {
      err.print("\r" + " ".repeat(LENGTH) + "\r");
      err.flush();
    }
  }
}
