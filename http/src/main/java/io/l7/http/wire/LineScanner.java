package io.l7.http.wire;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the ends of lines and checks each octet once, however the bytes arrive. Positions are
 * relative to the message's first byte, because a buffer may be compacted between calls.
 */
final class LineScanner {
  private final Set<Violation> waived;
  private int lineStart;
  private int scanned;
  private int contentEnd;
  private @Nullable Violation violation;

  LineScanner(Set<Violation> waived) {
    this.waived = waived;
  }

  void reset() {
    lineStart = 0;
    scanned = 0;
    contentEnd = 0;
    violation = null;
  }

  /** The first byte of the line in hand. */
  int lineStart() {
    return lineStart;
  }

  /** The end of the found line without CRLF. */
  int contentEnd() {
    return contentEnd;
  }

  /** How many bytes of the message have been looked at. */
  int scanned() {
    return scanned;
  }

  @Nullable Violation violation() {
    return violation;
  }

  /**
   * Looks for the end of the line in hand. After {@link Progress#COMPLETE} the line is from {@link
   * #lineStart} to {@link #contentEnd} until {@link #advance}.
   */
  Progress scan(byte[] buffer, int base, int limit, byte allowed) {
    int i = base + scanned;
    while (i < limit) {
      byte octet = buffer[i];
      if (Octets.is(octet, allowed)) {
        i++;
      } else if (octet == '\n') {
        return endOfLine(buffer, base, i);
      } else if (octet == '\r') {
        if (i + 1 == limit) {
          break;
        }
        if (buffer[i + 1] != '\n') {
          return refuse(Violation.BARE_CR);
        }
        i++;
      } else {
        return refuse(Violation.CONTROL_CHARACTER);
      }
    }
    scanned = i - base;
    return Progress.INCOMPLETE;
  }

  private Progress endOfLine(byte[] buffer, int base, int lineFeed) {
    boolean carriageReturn = lineFeed > base + lineStart && buffer[lineFeed - 1] == '\r';
    if (!carriageReturn && !waived.contains(Violation.BARE_LF)) {
      return refuse(Violation.BARE_LF);
    }
    contentEnd = (carriageReturn ? lineFeed - 1 : lineFeed) - base;
    scanned = lineFeed + 1 - base;
    return Progress.COMPLETE;
  }

  /** Goes on to the next line. */
  void advance() {
    lineStart = scanned;
  }

  private Progress refuse(Violation found) {
    violation = found;
    return Progress.REFUSED;
  }
}
