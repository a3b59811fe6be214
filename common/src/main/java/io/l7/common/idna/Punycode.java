package io.l7.common.idna;

import java.util.Locale;
import java.util.Optional;

/** The letters and digits that stand for a label of other characters (RFC 3492). */
final class Punycode {
  private static final int BASE = 36;
  private static final int T_MIN = 1;
  private static final int T_MAX = 26;
  private static final int SKEW = 38;
  private static final int DAMP = 700;
  private static final int INITIAL_BIAS = 72;
  private static final int INITIAL_N = 0x80;
  private static final String DIGITS = "abcdefghijklmnopqrstuvwxyz0123456789";

  private Punycode() {}

  /** RFC 3492 §6.3; {@code label} is a label, so no number here comes near its bounds. */
  static String encode(String label) {
    var out = new StringBuilder();
    label.chars().filter(c -> c < INITIAL_N).forEach(c -> out.append((char) c));
    var basic = out.length();
    var handled = basic;
    if (basic > 0) {
      out.append('-');
    }
    var points = label.codePoints().toArray();
    var n = INITIAL_N;
    var delta = 0;
    var bias = INITIAL_BIAS;
    while (handled < points.length) {
      var next = Integer.MAX_VALUE;
      for (var c : points) {
        next = c >= n ? Math.min(next, c) : next;
      }
      delta += (next - n) * (handled + 1);
      n = next;
      for (var c : points) {
        if (c < n) {
          delta++;
        } else if (c == n) {
          digits(out, delta, bias);
          bias = adapt(delta, handled + 1, handled == basic);
          delta = 0;
          handled++;
        }
      }
      delta++;
      n++;
    }
    return out.toString();
  }

  private static void digits(StringBuilder out, int delta, int bias) {
    var q = delta;
    for (var k = BASE; ; k += BASE) {
      var t = threshold(k, bias);
      if (q < t) {
        out.append(DIGITS.charAt(q));
        return;
      }
      out.append(DIGITS.charAt(t + (q - t) % (BASE - t)));
      q = (q - t) / (BASE - t);
    }
  }

  /** RFC 3492 §6.2; empty where that is the form of nothing. */
  static Optional<String> decode(String encoded) {
    var text = encoded.toLowerCase(Locale.ROOT);
    var dash = text.lastIndexOf('-');
    var out = new StringBuilder(dash > 0 ? text.substring(0, dash) : "");
    var n = INITIAL_N;
    var i = 0L;
    var bias = INITIAL_BIAS;
    var at = dash + 1;
    while (at < text.length()) {
      var before = i;
      var weight = 1L;
      for (var k = BASE; ; k += BASE) {
        var digit = at < text.length() ? DIGITS.indexOf(text.charAt(at++)) : -1;
        if (digit < 0) {
          return Optional.empty();
        }
        i += digit * weight;
        var t = threshold(k, bias);
        if (digit < t) {
          break;
        }
        weight *= BASE - t;
        if (i > Integer.MAX_VALUE || weight > Integer.MAX_VALUE) {
          return Optional.empty();
        }
      }
      var length = out.codePointCount(0, out.length()) + 1;
      bias = adapt((int) Math.min(i - before, Integer.MAX_VALUE), length, before == 0);
      n += (int) Math.min(i / length, Character.MAX_CODE_POINT);
      i %= length;
      if (!Character.isValidCodePoint(n)) {
        return Optional.empty();
      }
      out.insert(out.offsetByCodePoints(0, (int) i), Character.toString(n));
      i++;
    }
    return Optional.of(out.toString());
  }

  private static int threshold(int k, int bias) {
    return Math.clamp(k - bias, T_MIN, T_MAX);
  }

  /** RFC 3492 §6.1. */
  private static int adapt(int delta, int points, boolean first) {
    var d = first ? delta / DAMP : delta / 2;
    d += d / points;
    var k = 0;
    while (d > (BASE - T_MIN) * T_MAX / 2) {
      d /= BASE - T_MIN;
      k += BASE;
    }
    return k + (BASE - T_MIN + 1) * d / (d + SKEW);
  }
}
