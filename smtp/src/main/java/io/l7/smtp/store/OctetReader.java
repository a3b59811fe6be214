package io.l7.smtp.store;

import java.nio.charset.StandardCharsets;

/**
 * Takes a record apart; what does not fit is an {@link IllegalArgumentException}, for the caller to
 * call damage.
 */
final class OctetReader {
  private final byte[] octets;
  private final int end;
  private int at;

  OctetReader(byte[] octets, int offset, int length) {
    this.octets = octets;
    this.at = offset;
    this.end = offset + length;
  }

  int u8() {
    need(1);
    return octets[at++] & 0xFF;
  }

  int u32() {
    need(4);
    at += 4;
    return OctetWriter.get32(octets, at - 4);
  }

  long u64() {
    return (long) u32() << 32 | u32() & 0xFFFF_FFFFL;
  }

  String text() {
    var length = u32();
    need(length);
    at += length;
    return new String(octets, at - length, length, StandardCharsets.UTF_8);
  }

  int position() {
    return at;
  }

  int remaining() {
    return end - at;
  }

  private void need(int count) {
    if (count < 0 || count > end - at) {
      throw new IllegalArgumentException("record is shorter than it says");
    }
  }
}
