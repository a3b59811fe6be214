package io.l7.dns.message;

/** Network byte order in arrays. */
final class Octets {
  private Octets() {}

  static int u16(byte[] wire, int at) {
    return (wire[at] & 0xff) << 8 | (wire[at + 1] & 0xff);
  }

  static long u32(byte[] wire, int at) {
    return (long) u16(wire, at) << 16 | u16(wire, at + 2);
  }

  static void putU16(byte[] wire, int at, int value) {
    wire[at] = (byte) (value >> 8);
    wire[at + 1] = (byte) value;
  }

  static void putU32(byte[] wire, int at, long value) {
    putU16(wire, at, (int) (value >> 16));
    putU16(wire, at + 2, (int) value);
  }
}
