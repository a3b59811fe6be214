package io.l7.http.h2;

import io.l7.http.hpack.FieldBlock;
import io.l7.http.wire.Octets;
import java.util.Set;

/** What names and values of fields may be (RFC 9113 §8.2). Pure. */
final class FieldRules {
  static final String TRAILER = "trailer";

  private static final Set<String> OF_CONNECTION =
      Set.of("connection", "keep-alive", "proxy-connection", "transfer-encoding", "upgrade");

  private FieldRules() {}

  /** A token without upper case; a colon ahead of one is a pseudo-field's. */
  static boolean isName(FieldBlock block, int line) {
    byte[] b = block.octets();
    int start = block.nameStart(line);
    for (int i = start; i < block.nameEnd(line); i++) {
      if (!Octets.is(b[i], Octets.TOKEN) || (b[i] >= 'A' && b[i] <= 'Z')) {
        return false;
      }
    }
    return block.nameEnd(line) > start;
  }

  static boolean hasUpperCase(FieldBlock block, int line) {
    for (int i = block.nameStart(line); i < block.nameEnd(line); i++) {
      if (block.octets()[i] >= 'A' && block.octets()[i] <= 'Z') {
        return true;
      }
    }
    return false;
  }

  /** No CR, LF, NUL or other control, and no space around it (§8.2.1). */
  static boolean isValue(FieldBlock block, int line) {
    byte[] b = block.octets();
    int start = block.valueStart(line);
    int end = block.valueEnd(line);
    for (int i = start; i < end; i++) {
      if (!Octets.is(b[i], Octets.FIELD)) {
        return false;
      }
    }
    return start == end || !(isSpace(b[start]) || isSpace(b[end - 1]));
  }

  private static boolean isSpace(byte octet) {
    return octet == ' ' || octet == '\t';
  }

  /** Whether a value is no token. */
  static boolean isNoToken(FieldBlock block, int line) {
    int start = block.valueStart(line);
    for (int i = start; i < block.valueEnd(line); i++) {
      if (!Octets.is(block.octets()[i], Octets.TOKEN)) {
        return true;
      }
    }
    return start == block.valueEnd(line);
  }

  /** §8.2.2: what would frame a message of HTTP/1.1, or belongs to one connection. */
  static boolean isOfConnection(FieldBlock block, int line) {
    int length = block.nameEnd(line) - block.nameStart(line);
    return switch (length) {
      case 7, 10, 16, 17 -> OF_CONNECTION.contains(block.name(line));
      default -> false;
    };
  }

  static boolean isVisible(String text) {
    return text.chars().allMatch(c -> c > ' ' && c < 0x7f);
  }
}
