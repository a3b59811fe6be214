package io.l7.http.cache;

import java.util.Locale;
import java.util.Optional;

/**
 * {@code Content-Range: bytes first-last/complete} (RFC 9110 §14.4).
 *
 * @param first position of the first byte
 * @param last position of the last byte
 * @param complete length of the whole
 */
record ContentRange(long first, long last, long complete) {
  static Optional<ContentRange> parse(String text) {
    if (!text.toLowerCase(Locale.ROOT).startsWith("bytes ")) {
      return Optional.empty();
    }
    String range = text.substring(6).strip();
    int dash = range.indexOf('-');
    int slash = range.indexOf('/');
    if (dash < 0 || slash < dash) {
      return Optional.empty();
    }
    long first = number(range.substring(0, dash));
    long last = number(range.substring(dash + 1, slash));
    long complete = number(range.substring(slash + 1));
    return first >= 0 && first <= last && last < complete
        ? Optional.of(new ContentRange(first, last, complete))
        : Optional.empty();
  }

  private static long number(String digits) {
    if (digits.isEmpty() || digits.length() > 18) {
      return -1;
    }
    long number = 0;
    for (int i = 0; i < digits.length(); i++) {
      int digit = digits.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      number = number * 10 + digit;
    }
    return number;
  }

  long length() {
    return last - first + 1;
  }

  @Override
  public String toString() {
    return "bytes " + first + "-" + last + "/" + complete;
  }
}
