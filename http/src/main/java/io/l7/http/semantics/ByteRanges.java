package io.l7.http.semantics;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Reads Range fields (RFC 9110 §14.1.2, §14.2) against a representation of known length. */
public final class ByteRanges {
  /** Parts in one answer; more, after merging, is answered whole (CVE-2011-3192). */
  public static final int MAX_PARTS = 16;

  /** Ranges named in one field before they are read at all. */
  private static final int MAX_NAMED = 1000;

  /** What a Range field comes to. */
  public sealed interface Outcome {}

  /** Answer as if there were no Range: none, malformed, an unknown unit, or too many. */
  public record Whole() implements Outcome {}

  /** Answer 416. */
  public record Unsatisfiable() implements Outcome {}

  /**
   * Answer 206 with these, in the order they were asked for; overlapping and touching ones are
   * merged.
   */
  public record Parts(List<Part> parts) implements Outcome {
    public Parts {
      parts = List.copyOf(parts);
    }
  }

  /**
   * One part.
   *
   * @param first of its bytes, from 0
   * @param length at least 1
   */
  public record Part(long first, long length) {
    public long last() {
      return first + length - 1;
    }

    /** {@code bytes 0-9/100}. */
    public String contentRange(long total) {
      return "bytes " + first + "-" + last() + "/" + total;
    }
  }

  private ByteRanges() {}

  /**
   * Reads the value of a Range field.
   *
   * @param total the length of the representation in bytes
   */
  public static Outcome read(String field, long total) {
    int equals = field.indexOf('=');
    if (equals < 0 || !field.substring(0, equals).strip().equalsIgnoreCase("bytes")) {
      return new Whole();
    }
    String[] specs = field.substring(equals + 1).split(",", MAX_NAMED + 1);
    if (specs.length > MAX_NAMED) {
      return new Whole();
    }
    var parts = new ArrayList<Part>();
    int named = 0;
    for (String raw : specs) {
      String spec = raw.strip();
      if (spec.isEmpty()) {
        continue;
      }
      named++;
      if (!readSpec(spec, total, parts)) {
        return new Whole();
      }
    }
    if (named == 0) {
      return new Whole();
    }
    if (parts.isEmpty()) {
      // RFC 9110 §14.1.1: the last bytes of nothing are there, but no 206 can say so.
      return total == 0 && asksForLast(specs) ? new Whole() : new Unsatisfiable();
    }
    List<Part> merged = merge(parts);
    return merged.size() > MAX_PARTS ? new Whole() : new Parts(merged);
  }

  private static boolean asksForLast(String[] specs) {
    for (String spec : specs) {
      String trimmed = spec.strip();
      if (trimmed.startsWith("-") && number(trimmed, 1, trimmed.length()) > 0) {
        return true;
      }
    }
    return false;
  }

  /** Adds what the spec comes to, if anything; false where it is malformed. */
  private static boolean readSpec(String spec, long total, List<Part> parts) {
    int dash = spec.indexOf('-');
    if (dash < 0) {
      return false;
    }
    long first = number(spec, 0, dash);
    long last = number(spec, dash + 1, spec.length());
    if (first == MALFORMED
        || last == MALFORMED
        || (first == ABSENT && last == ABSENT)
        || (first >= 0 && last >= 0 && last < first)) {
      return false;
    }
    if (first == ABSENT) {
      long length = Math.min(last, total);
      if (length > 0) {
        parts.add(new Part(total - length, length));
      }
    } else if (first < total) {
      long end = last == ABSENT ? total - 1 : Math.min(last, total - 1);
      parts.add(new Part(first, end - first + 1));
    }
    return true;
  }

  private static final long ABSENT = -1;
  private static final long MALFORMED = -2;

  /** Digits by hand; a number beyond 18 digits is past every end. */
  private static long number(String spec, int start, int end) {
    if (start == end) {
      return ABSENT;
    }
    long number = 0;
    for (int i = start; i < end; i++) {
      int digit = spec.charAt(i) - '0';
      if (digit < 0 || digit > 9) {
        return MALFORMED;
      }
      number = number > Long.MAX_VALUE / 100 ? Long.MAX_VALUE / 10 : number * 10 + digit;
    }
    return number;
  }

  /**
   * RFC 9110 §15.3.7.2: overlapping ranges may be put together; the order asked for is kept for
   * those that stand alone.
   */
  private static List<Part> merge(List<Part> asked) {
    if (asked.size() == 1) {
      return asked;
    }
    var sorted = new ArrayList<>(asked);
    sorted.sort(Comparator.comparingLong(Part::first));
    var merged = new ArrayList<Part>();
    for (Part part : sorted) {
      Part before = merged.isEmpty() ? null : merged.getLast();
      if (before != null && part.first() <= before.last() + 1) {
        long last = Math.max(before.last(), part.last());
        merged.set(merged.size() - 1, new Part(before.first(), last - before.first() + 1));
      } else {
        merged.add(part);
      }
    }
    return merged.size() == asked.size() ? asked : merged;
  }
}
