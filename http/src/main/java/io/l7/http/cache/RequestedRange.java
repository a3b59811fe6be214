package io.l7.http.cache;

import io.l7.http.message.FieldNames;
import io.l7.http.message.Fields;
import java.util.List;
import java.util.Locale;

/**
 * The {@code Range} of a request against content of a known length (RFC 9110 §14.2). Several
 * ranges, other units and malformed ones are ignored, as a server may.
 */
sealed interface RequestedRange {
  /** What stands for a number that is none. */
  long MALFORMED = -1;

  /** The whole is answered. */
  record Whole() implements RequestedRange {}

  /** Bytes first to last, both there. */
  record Part(long first, long last) implements RequestedRange {
    long length() {
      return last - first + 1;
    }
  }

  /** Nothing of it is there. */
  record Unsatisfiable() implements RequestedRange {}

  static RequestedRange of(Fields request, long complete) {
    List<String> lines = request.all(FieldNames.RANGE);
    if (lines.size() != 1) {
      return new Whole();
    }
    String text = lines.getFirst().toLowerCase(Locale.ROOT);
    int dash = text.indexOf('-');
    if (!text.startsWith("bytes=") || dash < 0 || text.indexOf(',') >= 0) {
      return new Whole();
    }
    String from = text.substring(6, dash).strip();
    String to = text.substring(dash + 1).strip();
    long start = number(from);
    long end = number(to);
    if (start == MALFORMED || end == MALFORMED || (from.isEmpty() && to.isEmpty())) {
      return new Whole();
    }
    if (from.isEmpty()) {
      if (end == 0) {
        return new Unsatisfiable();
      }
      return complete == 0
          ? new Whole() // RFC 9110 §14.1.1: they are there, but no 206 can say so
          : new Part(Math.max(0, complete - end), complete - 1);
    }
    if (!to.isEmpty() && end < start) {
      return new Whole();
    }
    if (start >= complete) {
      return new Unsatisfiable();
    }
    return new Part(start, to.isEmpty() ? complete - 1 : Math.min(end, complete - 1));
  }

  private static long number(String digits) {
    if (digits.length() > 18) {
      return MALFORMED;
    }
    long number = 0;
    for (int i = 0; i < digits.length(); i++) {
      int digit = digits.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return MALFORMED;
      }
      number = number * 10 + digit;
    }
    return number;
  }
}
