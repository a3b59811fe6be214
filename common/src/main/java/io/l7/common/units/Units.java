package io.l7.common.units;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Pattern;

/** Sizes, rates and durations in the spelling of the command line. */
public final class Units {
  private static final Pattern NUMBER_AND_UNIT =
      Pattern.compile("(\\d{1,18}(?:\\.\\d{1,9})?)\\s*([A-Za-z/]*)");

  private Units() {}

  private record Quantity(BigDecimal number, String unit) {}

  private static Quantity quantity(String text, String example) {
    var match = NUMBER_AND_UNIT.matcher(text.strip());
    if (!match.matches())
      throw new IllegalArgumentException("'" + text + "' is not like " + example);
    return new Quantity(new BigDecimal(match.group(1)), match.group(2));
  }

  /**
   * Octets: {@code 1500}, {@code 64KiB}, {@code 10MB}, {@code 1G}. {@code K M G T} with {@code iB}
   * are powers of 1024, with {@code B} or alone powers of 1000.
   */
  public static long parseSize(String text) {
    var quantity = quantity(text, "64KiB or 10MB");
    var unit = quantity.unit.toLowerCase(Locale.ROOT);
    var letter = unit.isEmpty() || unit.equals("b") ? "" : unit.substring(0, 1);
    var rest = unit.isEmpty() || unit.equals("b") ? "" : unit.substring(1);
    int step = rest.startsWith("i") ? 1024 : 1000;
    if (!rest.isEmpty() && !rest.equals("b") && !rest.equals("ib") && !rest.equals("i"))
      throw bad(text, "64KiB or 10MB");
    return exact(quantity.number.multiply(power(letter, step, text, "64KiB or 10MB")), text);
  }

  /**
   * Octets a second: {@code 8Mbit/s}, {@code 1MB/s}, {@code 500KiB/s}; a bare size is octets a
   * second too.
   */
  public static long parseRate(String text) {
    var example = "8Mbit/s or 1MB/s";
    var bare = text.strip();
    if (bare.endsWith("/s")) bare = bare.substring(0, bare.length() - 2);
    else if (bare.endsWith("bps"))
      bare = bare.substring(0, bare.length() - 2) + "it"; // Mbps, as people say it
    else if (bare.endsWith("Bps")) bare = bare.substring(0, bare.length() - 2);
    var quantity = quantity(bare, example);
    var unit = quantity.unit.toLowerCase(Locale.ROOT);
    if (!unit.endsWith("bit")) return parseSize(bare);
    var prefix = unit.substring(0, unit.length() - 3);
    int step = prefix.endsWith("i") ? 1024 : 1000;
    var letter = prefix.endsWith("i") ? prefix.substring(0, prefix.length() - 1) : prefix;
    var bits = quantity.number.multiply(power(letter, step, text, example));
    return bits.divide(BigDecimal.valueOf(8), RoundingMode.HALF_UP).longValue();
  }

  /** {@code 500ms}, {@code 10s}, {@code 5m}, {@code 4h}, {@code 5d}; a bare number is seconds. */
  public static Duration parseDuration(String text) {
    var quantity = quantity(text, "500ms, 10s, 4h or 5d");
    long nanos =
        switch (quantity.unit.toLowerCase(Locale.ROOT)) {
          case "ns" -> 1;
          case "us" -> 1_000;
          case "ms" -> 1_000_000;
          case "", "s" -> 1_000_000_000L;
          case "m", "min" -> 60_000_000_000L;
          case "h" -> 3_600_000_000_000L;
          case "d" -> 86_400_000_000_000L;
          case "w" -> 604_800_000_000_000L;
          default -> throw bad(text, "500ms, 10s, 4h or 5d");
        };
    return Duration.ofNanos(exact(quantity.number.multiply(BigDecimal.valueOf(nanos)), text));
  }

  private static BigDecimal power(String letter, int step, String text, String example) {
    int exponent =
        switch (letter) {
          case "" -> 0;
          case "k" -> 1;
          case "m" -> 2;
          case "g" -> 3;
          case "t" -> 4;
          default -> throw bad(text, example);
        };
    return BigDecimal.valueOf(step).pow(exponent);
  }

  private static long exact(BigDecimal number, String text) {
    try {
      return number.setScale(0, RoundingMode.HALF_UP).longValueExact();
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("'" + text + "' is too large", e);
    }
  }

  private static IllegalArgumentException bad(String text, String example) {
    return new IllegalArgumentException("'" + text + "' is not like " + example);
  }

  /** {@code 1.5 MiB}. */
  public static String size(long octets) {
    if (octets < 1024) return octets + " B";
    double value = octets;
    String unit = "B";
    for (var next : new String[] {"KiB", "MiB", "GiB", "TiB"}) {
      if (value < 1024) break;
      value /= 1024;
      unit = next;
    }
    return String.format(Locale.ROOT, value < 10 ? "%.2f %s" : "%.1f %s", value, unit);
  }

  /** {@code 8.0 Mbit/s}, from octets a second. */
  public static String rate(double octetsPerSecond) {
    double bits = octetsPerSecond * 8;
    if (bits < 1e3) return String.format(Locale.ROOT, "%.0f bit/s", bits);
    if (bits < 1e6) return String.format(Locale.ROOT, "%.1f kbit/s", bits / 1e3);
    if (bits < 1e9) return String.format(Locale.ROOT, "%.1f Mbit/s", bits / 1e6);
    return String.format(Locale.ROOT, "%.2f Gbit/s", bits / 1e9);
  }

  /** {@code 12 ms}, {@code 3.4 s}, {@code 5 min 02 s}. */
  public static String duration(Duration duration) {
    double seconds = duration.toNanos() / 1e9;
    if (duration.isZero()) return "0 s";
    if (seconds < 0.001) return String.format(Locale.ROOT, "%.0f µs", seconds * 1e6);
    if (seconds < 1) return String.format(Locale.ROOT, "%.0f ms", seconds * 1e3);
    if (seconds < 60) return String.format(Locale.ROOT, "%.1f s", seconds);
    if (seconds < 3600)
      return String.format(
          Locale.ROOT, "%d min %02d s", duration.toMinutes(), duration.toSecondsPart());
    return String.format(
        Locale.ROOT, "%d h %02d min", duration.toHours(), duration.toMinutesPart());
  }
}
