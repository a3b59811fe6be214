package io.l7.cli.dash;

import io.l7.common.units.Units;
import java.io.Console;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Locale;

/** One line on a terminal: how far the encoder is, its speed, the time left. */
final class EncodingBar implements AutoCloseable {
  private static final int WIDTH = 24;

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
    if (!shown) {
      return;
    }
    long ms = done.toMillis();
    int filled = totalMs > 0 ? Math.clamp(ms * WIDTH / totalMs, 0, WIDTH) : 0;
    String left =
        speed > 0 && totalMs > ms
            ? Units.duration(Duration.ofMillis((long) ((totalMs - ms) / speed))) + " left"
            : "";
    err.printf(
        Locale.ROOT,
        "\rencoding [%s%s] %s %.1fx %s   ",
        "=".repeat(filled),
        " ".repeat(WIDTH - filled),
        Units.duration(Duration.ofSeconds(done.toSeconds())),
        speed,
        left);
    err.flush();
  }

  @Override
  public void close() {
    if (shown) {
      err.print("\r" + " ".repeat(78) + "\r");
      err.flush();
    }
  }
}
