package io.l7.dash.serve;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One range of bytes as asked for (RFC 9110 §14.1.2).
 *
 * @param first position of the first byte; for a suffix, the number of last bytes, negative
 * @param last position of the last byte, which may lie past the end
 */
record ByteRange(long first, long last) {
  private static final Pattern FORM =
      Pattern.compile("bytes=(?:(\\d{1,18})-(\\d{0,18})|-([1-9]\\d{0,17}))");

  /**
   * A single range; none where the field is absent, not understood or asks for several: then all is
   * sent.
   */
  static Optional<ByteRange> parse(String field) {
    Matcher matcher = FORM.matcher(field);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    if (matcher.group(1) == null) {
      return Optional.of(new ByteRange(-Long.parseLong(matcher.group(3)), Long.MAX_VALUE));
    }
    long first = Long.parseLong(matcher.group(1));
    long last = matcher.group(2).isEmpty() ? Long.MAX_VALUE : Long.parseLong(matcher.group(2));
    return last < first ? Optional.empty() : Optional.of(new ByteRange(first, last));
  }

  /**
   * The part of a content of {@code size} bytes that this names; its length is 0 or less where
   * there is none.
   */
  ByteRange within(long size) {
    return new ByteRange(first < 0 ? Math.max(0, size + first) : first, Math.min(last, size - 1));
  }

  long length() {
    return last - first + 1;
  }
}
