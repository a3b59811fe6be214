package io.l7.smtp.store;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Builds a record: big-endian numbers, strings and arrays behind their lengths, in a growing array.
 */
final class OctetWriter {
  private byte[] octets;
  private int length;

  OctetWriter(int capacity) {
    octets = new byte[capacity];
  }

  OctetWriter u8(int value) {
    room(1);
    octets[length++] = (byte) value;
    return this;
  }

  OctetWriter u32(int value) {
    room(4);
    put32(octets, length, value);
    length += 4;
    return this;
  }

  OctetWriter u64(long value) {
    return u32((int) (value >>> 32)).u32((int) value);
  }

  OctetWriter text(String value) {
    var utf8 = value.getBytes(StandardCharsets.UTF_8);
    return u32(utf8.length).raw(utf8, 0, utf8.length);
  }

  OctetWriter raw(byte[] value, int offset, int count) {
    room(count);
    System.arraycopy(value, offset, octets, length, count);
    length += count;
    return this;
  }

  /** Fills with zeros to a multiple of {@code unit}. */
  OctetWriter pad(int unit) {
    while (length % unit != 0) {
      u8(0);
    }
    return this;
  }

  int length() {
    return length;
  }

  byte[] toArray() {
    return length == octets.length ? octets : Arrays.copyOf(octets, length);
  }

  /** The array in use; valid up to {@link #length}. */
  byte[] array() {
    return octets;
  }

  private void room(int more) {
    if (length + more > octets.length) {
      octets = Arrays.copyOf(octets, Math.max(octets.length * 2, length + more));
    }
  }

  static void put32(byte[] b, int at, int value) {
    b[at] = (byte) (value >>> 24);
    b[at + 1] = (byte) (value >>> 16);
    b[at + 2] = (byte) (value >>> 8);
    b[at + 3] = (byte) value;
  }

  static int get32(byte[] b, int at) {
    return (b[at] & 0xFF) << 24
        | (b[at + 1] & 0xFF) << 16
        | (b[at + 2] & 0xFF) << 8
        | b[at + 3] & 0xFF;
  }
}
