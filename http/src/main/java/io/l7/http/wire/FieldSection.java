package io.l7.http.wire;

import io.l7.http.message.Fields;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Field lines up to the empty line that ends them (RFC 9112 §5), parsed in place; for heads of
 * requests and responses and for trailers.
 */
public final class FieldSection {
  private static final int FIRST_SPANS = 4 * 16;

  private final int maxBytes;
  private final int maxLines;
  private final Set<Violation> waived;
  private final LineScanner lines;
  private int[] spans = new int[FIRST_SPANS];
  private int count;
  private @Nullable Violation violation;

  /**
   * A section of its own, such as trailers.
   *
   * @param maxBytes for the section and whatever stands before it in the same scan
   * @param maxLines of fields
   */
  public FieldSection(int maxBytes, int maxLines, Set<Violation> waived) {
    this(maxBytes, maxLines, waived, new LineScanner(waived));
  }

  FieldSection(int maxBytes, int maxLines, Set<Violation> waived, LineScanner lines) {
    this.maxBytes = maxBytes;
    this.maxLines = maxLines;
    this.waived = waived;
    this.lines = lines;
  }

  public void reset() {
    count = 0;
    violation = null;
    lines.reset();
  }

  /** The number of lines so far. */
  public int count() {
    return count;
  }

  /**
   * After {@link Progress#COMPLETE}: the bytes of the section with its empty line, from the base.
   */
  public int length() {
    return lines.scanned();
  }

  /** After {@link Progress#REFUSED}: why. */
  public Violation violation() {
    return violation != null ? violation : Violation.MALFORMED_FIELD_LINE;
  }

  int nameStart(int line) {
    return spans[4 * line];
  }

  int nameEnd(int line) {
    return spans[4 * line + 1];
  }

  int valueStart(int line) {
    return spans[4 * line + 2];
  }

  int valueEnd(int line) {
    return spans[4 * line + 3];
  }

  /**
   * Takes in what there is. The bytes from the base must be the same as in the last call, and more.
   *
   * @param base where the message begins in the buffer
   * @param limit where the bytes end in the buffer
   */
  public Progress parse(byte[] buffer, int base, int limit) {
    while (true) {
      // The first octet of a line already shows a fold: told by it, whatever else has come by then.
      int first = base + lines.lineStart();
      if (first < limit && isWhitespace(buffer[first]) && !mayFold()) {
        return refuse(Violation.FOLDED_LINE);
      }
      Progress progress = lines.scan(buffer, base, limit, Octets.FIELD);
      if (progress == Progress.REFUSED) {
        return refuse(lines.violation());
      }
      if (lines.scanned() > maxBytes) {
        return refuse(Violation.HEAD_TOO_LARGE);
      }
      if (progress == Progress.INCOMPLETE) {
        return Progress.INCOMPLETE;
      }
      if (lines.contentEnd() == lines.lineStart()) {
        return Progress.COMPLETE;
      }
      if (!line(buffer, base, base + lines.lineStart(), base + lines.contentEnd())) {
        return Progress.REFUSED;
      }
      lines.advance();
    }
  }

  private boolean line(byte[] buffer, int base, int start, int end) {
    if (isWhitespace(buffer[start])) {
      fold(buffer, base, end);
      return true;
    }
    int colon = start;
    while (colon < end && Octets.is(buffer[colon], Octets.TOKEN)) {
      colon++;
    }
    if (colon == end || colon == start || buffer[colon] != ':') {
      boolean space = colon > start && colon < end && isWhitespace(buffer[colon]);
      refuse(space ? Violation.SPACE_BEFORE_COLON : Violation.MALFORMED_FIELD_LINE);
      return false;
    }
    if (count == maxLines) {
      refuse(Violation.TOO_MANY_FIELDS);
      return false;
    }
    int valueStart = colon + 1;
    while (valueStart < end && isWhitespace(buffer[valueStart])) {
      valueStart++;
    }
    int valueEnd = end;
    while (valueEnd > valueStart && isWhitespace(buffer[valueEnd - 1])) {
      valueEnd--;
    }
    if (4 * count == spans.length) {
      spans = Arrays.copyOf(spans, spans.length * 2);
    }
    int at = 4 * count++;
    spans[at] = start - base;
    spans[at + 1] = colon - base;
    spans[at + 2] = valueStart - base;
    spans[at + 3] = valueEnd - base;
    return true;
  }

  private boolean mayFold() {
    return count > 0 && waived.contains(Violation.FOLDED_LINE);
  }

  /** RFC 9112 §5.2: a server that does not refuse a folded line replaces the fold by spaces. */
  private void fold(byte[] buffer, int base, int end) {
    for (int i = base + spans[4 * count - 1]; i < end; i++) {
      if (buffer[i] == '\r' || buffer[i] == '\n') {
        buffer[i] = ' ';
      }
    }
    while (end > base + spans[4 * count - 1] && isWhitespace(buffer[end - 1])) {
      end--;
    }
    spans[4 * count - 1] = end - base;
  }

  private static boolean isWhitespace(byte octet) {
    return octet == ' ' || octet == '\t';
  }

  private Progress refuse(@Nullable Violation found) {
    violation = found;
    return Progress.REFUSED;
  }

  /** The lines as a value of its own, after {@link Progress#COMPLETE}: one copy of their bytes. */
  public Fields fields(byte[] buffer, int base) {
    if (count == 0) {
      return Fields.EMPTY;
    }
    int from = spans[0];
    byte[] wire = Arrays.copyOfRange(buffer, base + from, base + spans[4 * count - 1]);
    int[] own = Arrays.copyOf(spans, 4 * count);
    for (int i = 0; i < own.length; i++) {
      own[i] -= from;
    }
    return Fields.ofWire(wire, own, count);
  }
}
