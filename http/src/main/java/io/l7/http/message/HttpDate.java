package io.l7.http.message;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Dates of HTTP (RFC 9110 §5.6.7): written as IMF-fixdate, read in all three formats. Whole
 * seconds, GMT.
 */
public final class HttpDate {
  private static final List<String> DAYS = List.of("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun");
  private static final List<String> MONTHS =
      List.of("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec");

  private HttpDate() {}

  /** {@code Sun, 06 Nov 1994 08:49:37 GMT}. */
  public static String format(Instant instant) {
    LocalDateTime t = LocalDateTime.ofEpochSecond(instant.getEpochSecond(), 0, ZoneOffset.UTC);
    var out = new StringBuilder(29);
    out.append(DAYS.get(t.getDayOfWeek().getValue() - 1)).append(", ");
    two(out, t.getDayOfMonth()).append(' ').append(MONTHS.get(t.getMonthValue() - 1)).append(' ');
    two(out, t.getYear() / 100);
    two(out, t.getYear() % 100).append(' ');
    two(out, t.getHour()).append(':');
    two(out, t.getMinute()).append(':');
    return two(out, t.getSecond()).append(" GMT").toString();
  }

  private static StringBuilder two(StringBuilder out, int number) {
    return out.append((char) ('0' + number / 10)).append((char) ('0' + number % 10));
  }

  /**
   * Reads a date in one of the three formats; none where it is unreadable.
   *
   * @param now decides the century of a two-digit year: one over 50 years ahead is in the past (RFC
   *     9110 §5.6.7)
   */
  public static Optional<Instant> parse(String text, Instant now) {
    String s = text.strip();
    try {
      int comma = s.indexOf(',');
      if (comma == 3 && s.length() == 29) {
        return imfFixdate(s);
      }
      if (comma > 3) {
        return rfc850(s.substring(comma + 1).strip(), now);
      }
      return comma < 0 ? asctime(s) : Optional.empty();
    } catch (DateTimeException | IndexOutOfBoundsException _) {
      return Optional.empty();
    }
  }

  private static Optional<Instant> imfFixdate(String s) {
    // Sun, 06 Nov 1994 08:49:37 GMT
    if (!DAYS.contains(s.substring(0, 3))
        || s.charAt(4) != ' '
        || s.charAt(7) != ' '
        || s.charAt(11) != ' '
        || s.charAt(16) != ' ') {
      return Optional.empty();
    }
    return s.endsWith(" GMT")
        ? at(number(s, 12, 16), s.substring(8, 11), number(s, 5, 7), s.substring(17, 25))
        : Optional.empty();
  }

  private static Optional<Instant> rfc850(String s, Instant now) {
    // 06-Nov-94 08:49:37 GMT
    if (s.length() != 22 || s.charAt(2) != '-' || s.charAt(6) != '-' || !s.endsWith(" GMT")) {
      return Optional.empty();
    }
    int thisYear = now.atOffset(ZoneOffset.UTC).getYear();
    int year = thisYear / 100 * 100 + number(s, 7, 9);
    if (year > thisYear + 50) {
      year -= 100;
    }
    return at(year, s.substring(3, 6), number(s, 0, 2), s.substring(10, 18));
  }

  private static Optional<Instant> asctime(String s) {
    // Sun Nov  6 08:49:37 1994
    if (s.length() != 24 || !DAYS.contains(s.substring(0, 3))) {
      return Optional.empty();
    }
    int day = s.charAt(8) == ' ' ? number(s, 9, 10) : number(s, 8, 10);
    return at(number(s, 20, 24), s.substring(4, 7), day, s.substring(11, 19));
  }

  private static Optional<Instant> at(int year, String month, int day, String time) {
    int monthIndex = -1;
    for (int i = 0; i < MONTHS.size(); i++) {
      if (MONTHS.get(i).toLowerCase(Locale.ROOT).equals(month.toLowerCase(Locale.ROOT))) {
        monthIndex = i;
      }
    }
    if (monthIndex < 0 || time.charAt(2) != ':' || time.charAt(5) != ':') {
      return Optional.empty();
    }
    int second = number(time, 6, 8);
    if (second > 60) {
      return Optional.empty();
    }
    // A leap second is read as the second before it.
    var t =
        LocalDateTime.of(
            year,
            monthIndex + 1,
            day,
            number(time, 0, 2),
            number(time, 3, 5),
            Math.min(second, 59));
    return Optional.of(t.toInstant(ZoneOffset.UTC));
  }

  private static int number(String s, int start, int end) {
    int number = 0;
    for (int i = start; i < end; i++) {
      int digit = s.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        throw new DateTimeException("not a digit");
      }
      number = number * 10 + digit;
    }
    return number;
  }
}
