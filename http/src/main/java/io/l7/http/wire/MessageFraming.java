package io.l7.http.wire;

import io.l7.http.message.Version;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Gathers from field lines how a request's content is delimited and what becomes of the connection
 * (RFC 9112 §6.3, §9.3). Digits and list members are read by hand.
 */
final class MessageFraming {
  private static final int MAX_DIGITS = 18;

  private final Set<Violation> waived;
  private long contentLength;
  private boolean lengthSeen;
  private boolean codingSeen;
  private boolean chunkedLast;
  private boolean otherCoding;
  private boolean close;
  private boolean keepAlive;
  private boolean upgradeOption;
  private boolean upgradeField;
  private boolean expectsContinue;

  MessageFraming(Set<Violation> waived) {
    this.waived = waived;
  }

  void reset() {
    contentLength = 0;
    lengthSeen = false;
    codingSeen = false;
    chunkedLast = false;
    otherCoding = false;
    close = false;
    keepAlive = false;
    upgradeOption = false;
    upgradeField = false;
    expectsContinue = false;
  }

  long contentLength() {
    return contentLength;
  }

  boolean isChunked() {
    return chunkedLast;
  }

  boolean isPersistent(Version version) {
    return !close && (version == Version.HTTP_1_1 || keepAlive);
  }

  boolean expectsContinue() {
    return expectsContinue;
  }

  boolean offersUpgrade() {
    return upgradeOption && upgradeField;
  }

  @Nullable Violation examine(byte[] buffer, int nameStart, int nameEnd, int start, int end) {
    // The length of a name rules out most lines before any octet is compared.
    return switch (nameEnd - nameStart) {
      case 6 ->
          Octets.equalsIgnoreCase(buffer, nameStart, nameEnd, "expect")
              ? expect(buffer, start, end)
              : null;
      case 7 -> {
        upgradeField |= Octets.equalsIgnoreCase(buffer, nameStart, nameEnd, "upgrade");
        yield null;
      }
      case 10 -> {
        if (Octets.equalsIgnoreCase(buffer, nameStart, nameEnd, "connection")) {
          connection(buffer, start, end);
        }
        yield null;
      }
      case 14 ->
          Octets.equalsIgnoreCase(buffer, nameStart, nameEnd, "content-length")
              ? length(buffer, start, end)
              : null;
      case 17 ->
          Octets.equalsIgnoreCase(buffer, nameStart, nameEnd, "transfer-encoding")
              ? coding(buffer, start, end)
              : null;
      default -> null;
    };
  }

  private @Nullable Violation expect(byte[] buffer, int start, int end) {
    // RFC 9110 §10.1.1
    if (!Octets.equalsIgnoreCase(buffer, start, end, "100-continue")) {
      return Violation.EXPECTATION_UNKNOWN;
    }
    expectsContinue = true;
    return null;
  }

  private void connection(byte[] buffer, int start, int end) {
    int i = start;
    while (i < end) {
      int memberEnd = endOfMember(buffer, i, end);
      int memberStart = skipWhitespace(buffer, i, memberEnd);
      int trimmed = trimWhitespace(buffer, memberStart, memberEnd);
      close |= Octets.equalsIgnoreCase(buffer, memberStart, trimmed, "close");
      keepAlive |= Octets.equalsIgnoreCase(buffer, memberStart, trimmed, "keep-alive");
      upgradeOption |= Octets.equalsIgnoreCase(buffer, memberStart, trimmed, "upgrade");
      i = memberEnd + 1;
    }
  }

  /** Digits alone, at most 18 of them: no sign, no list, no other notation. */
  private @Nullable Violation length(byte[] buffer, int start, int end) {
    if (start == end || end - start > MAX_DIGITS) {
      return Violation.LENGTH_MALFORMED;
    }
    long length = 0;
    for (int i = start; i < end; i++) {
      int digit = buffer[i] - '0';
      if (digit < 0 || digit > 9) {
        return Violation.LENGTH_MALFORMED;
      }
      length = length * 10 + digit;
    }
    if (lengthSeen && length != contentLength) {
      return Violation.LENGTH_CONFLICTING;
    }
    if (lengthSeen && !waived.contains(Violation.LENGTH_REPEATED)) {
      return Violation.LENGTH_REPEATED;
    }
    lengthSeen = true;
    contentLength = length;
    return null;
  }

  private @Nullable Violation coding(byte[] buffer, int start, int end) {
    codingSeen = true;
    int i = start;
    while (true) {
      int memberEnd = endOfMember(buffer, i, end);
      int memberStart = skipWhitespace(buffer, i, memberEnd);
      int trimmed = trimWhitespace(buffer, memberStart, memberEnd);
      if (memberStart == trimmed) {
        return Violation.CODING_MALFORMED;
      }
      if (chunkedLast) {
        // RFC 9112 §6.1: nothing is applied after chunked, nor chunked twice.
        return Violation.CODING_NOT_CHUNKED;
      }
      if (Octets.equalsIgnoreCase(buffer, memberStart, trimmed, "chunked")) {
        chunkedLast = true;
      } else {
        otherCoding = true;
      }
      if (memberEnd == end) {
        return null;
      }
      i = memberEnd + 1;
    }
  }

  private static int endOfMember(byte[] buffer, int start, int end) {
    int i = start;
    while (i < end && buffer[i] != ',') {
      i++;
    }
    return i;
  }

  private static int skipWhitespace(byte[] buffer, int start, int end) {
    int i = start;
    while (i < end && (buffer[i] == ' ' || buffer[i] == '\t')) {
      i++;
    }
    return i;
  }

  private static int trimWhitespace(byte[] buffer, int start, int end) {
    int i = end;
    while (i > start && (buffer[i - 1] == ' ' || buffer[i - 1] == '\t')) {
      i--;
    }
    return i;
  }

  /** What only the whole head can tell. */
  @Nullable Violation complete(Version version) {
    if (!codingSeen) {
      return null;
    }
    // RFC 9112 §6.1: both fields are an attempt at smuggling; a coding in HTTP/1.0 is faulty
    // framing.
    if (lengthSeen) {
      return Violation.LENGTH_WITH_CODING;
    }
    if (version == Version.HTTP_1_0) {
      return Violation.CODING_IN_HTTP_1_0;
    }
    if (!chunkedLast) {
      return Violation.CODING_NOT_CHUNKED;
    }
    return otherCoding ? Violation.CODING_UNKNOWN : null;
  }
}
