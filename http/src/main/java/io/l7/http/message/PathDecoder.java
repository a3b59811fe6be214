package io.l7.http.message;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Decodes a path once and refuses every path that two programs could read differently, so that what
 * is matched is what is served.
 */
final class PathDecoder {
  private PathDecoder() {}

  static Optional<String> decode(String path) {
    if (path.isEmpty() || path.charAt(0) != '/') {
      return Optional.empty();
    }
    boolean encoded = path.indexOf('%') >= 0;
    Optional<String> decoded = encoded ? percentDecode(path) : Optional.of(path);
    return decoded.filter(PathDecoder::isUnambiguous);
  }

  private static Optional<String> percentDecode(String path) {
    byte[] bytes = new byte[path.length()];
    int length = 0;
    for (int i = 0; i < path.length(); i++) {
      char c = path.charAt(i);
      if (c == '%') {
        if (i + 2 >= path.length()) {
          return Optional.empty();
        }
        int high = Character.digit(path.charAt(i + 1), 16);
        int low = Character.digit(path.charAt(i + 2), 16);
        if (high < 0 || low < 0) {
          return Optional.empty();
        }
        c = (char) (high << 4 | low);
        // An encoded delimiter would become a real one: RFC 3986 §2.2. An encoded percent sign may
        // decode a second time elsewhere.
        if (c == '/' || c == '\\' || (c == '%' && looksEncoded(path, i + 3))) {
          return Optional.empty();
        }
        i += 2;
      }
      bytes[length++] = (byte) c;
    }
    try {
      var strict =
          StandardCharsets.UTF_8
              .newDecoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT);
      return Optional.of(strict.decode(ByteBuffer.wrap(bytes, 0, length)).toString());
    } catch (CharacterCodingException _) {
      return Optional.empty();
    }
  }

  private static boolean looksEncoded(String path, int at) {
    return at + 1 < path.length()
        && Character.digit(path.charAt(at), 16) >= 0
        && Character.digit(path.charAt(at + 1), 16) >= 0;
  }

  private static boolean isUnambiguous(String path) {
    int segment = 1;
    for (int i = 0; i <= path.length(); i++) {
      char c = i < path.length() ? path.charAt(i) : '/';
      if (c < ' ' || c == 0x7f || c == '\\') {
        return false;
      }
      if (c == '/') {
        if (isDotSegment(path, segment, i)) {
          return false;
        }
        segment = i + 1;
      }
    }
    return true;
  }

  /** {@code .} and {@code ..}, also with parameters as some servers read them ({@code ..;x}). */
  private static boolean isDotSegment(String path, int start, int end) {
    int dots = 0;
    while (start + dots < end && path.charAt(start + dots) == '.') {
      dots++;
    }
    return (dots == 1 || dots == 2) && (start + dots == end || path.charAt(start + dots) == ';');
  }
}
