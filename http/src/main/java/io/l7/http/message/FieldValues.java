package io.l7.http.message;

import java.util.List;
import java.util.OptionalLong;

/** What stands in the value of one field line: a number, members of a list. Pure. */
final class FieldValues {
  /** The most digits that surely fit in a long. */
  private static final int MOST_DIGITS = 18;

  private FieldValues() {}

  /** A number of decimal digits alone; none where it is something else or over 18 digits. */
  static OptionalLong digits(String s) {
    if (s.isEmpty() || s.length() > MOST_DIGITS) {
      return OptionalLong.empty();
    }
    long number = 0;
    for (int i = 0; i < s.length(); i++) {
      int digit = s.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return OptionalLong.empty();
      }
      number = number * 10 + digit;
    }
    return OptionalLong.of(number);
  }

  /** Adds the members of a list, without empty ones; commas in quoted strings part none. */
  static void split(String value, List<String> members) {
    int start = 0;
    boolean quoted = false;
    for (int i = 0; i <= value.length(); i++) {
      if (i == value.length() || (!quoted && value.charAt(i) == ',')) {
        String member = value.substring(start, i).strip();
        if (!member.isEmpty()) {
          members.add(member);
        }
        start = i + 1;
      } else if (value.charAt(i) == '"') {
        quoted = !quoted;
      } else if (quoted && value.charAt(i) == '\\' && i + 1 < value.length()) {
        i++;
      }
    }
  }
}
