package io.l7.dash.bmff;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Builds boxes in memory; {@link #begin} and {@link #end} nest, and sizes are filled in at the end.
 */
final class BoxWriter {
  private byte[] bytes = new byte[4096];
  private int length;
  private final int[] open = new int[32];
  private int depth;

  BoxWriter begin(String type) {
    open[depth++] = length;
    return u32(0).fourcc(type);
  }

  /** Begins a full box. */
  BoxWriter begin(String type, int version, int flags) {
    return begin(type).u32((long) version << 24 | flags);
  }

  BoxWriter end() {
    int start = open[--depth];
    int size = length - start;
    for (int i = 0; i < 4; i++) {
      bytes[start + i] = (byte) (size >>> (24 - 8 * i));
    }
    return this;
  }

  BoxWriter fourcc(String type) {
    return raw(type.getBytes(StandardCharsets.ISO_8859_1));
  }

  BoxWriter u8(int value) {
    room(1);
    bytes[length++] = (byte) value;
    return this;
  }

  BoxWriter u16(int value) {
    return u8(value >> 8).u8(value);
  }

  BoxWriter u32(long value) {
    room(4);
    bytes[length++] = (byte) (value >> 24);
    bytes[length++] = (byte) (value >> 16);
    bytes[length++] = (byte) (value >> 8);
    bytes[length++] = (byte) value;
    return this;
  }

  BoxWriter u64(long value) {
    return u32(value >>> 32).u32(value);
  }

  BoxWriter raw(byte[] data) {
    room(data.length);
    System.arraycopy(data, 0, bytes, length, data.length);
    length += data.length;
    return this;
  }

  BoxWriter zeros(int count) {
    room(count);
    length += count;
    return this;
  }

  /** Overwrites four bytes written before. */
  void patch(int at, long value) {
    for (int i = 0; i < 4; i++) {
      bytes[at + i] = (byte) (value >>> (24 - 8 * i));
    }
  }

  int length() {
    return length;
  }

  byte[] toBytes() {
    return Arrays.copyOf(bytes, length);
  }

  private void room(int count) {
    if (length + count > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + count));
    }
  }
}
