package io.l7.dns.service;

/** SipHash-2-4, a keyed hash for short input (Aumasson and Bernstein, 2012). */
final class SipHash {
  private long v0;
  private long v1;
  private long v2;
  private long v3;

  private SipHash(long key0, long key1) {
    v0 = 0x736f6d6570736575L ^ key0;
    v1 = 0x646f72616e646f6dL ^ key1;
    v2 = 0x6c7967656e657261L ^ key0;
    v3 = 0x7465646279746573L ^ key1;
  }

  static long of(long key0, long key1, byte[] data) {
    var state = new SipHash(key0, key1);
    int whole = data.length / 8;
    for (int word = 0; word < whole; word++) {
      state.take(int64(data, 8 * word));
    }
    state.take(last(data, 8 * whole));
    state.v2 ^= 0xff;
    for (int i = 0; i < 4; i++) {
      state.round();
    }
    return state.v0 ^ state.v1 ^ state.v2 ^ state.v3;
  }

  private void take(long word) {
    v3 ^= word;
    round();
    round();
    v0 ^= word;
  }

  private void round() {
    v0 += v1;
    v1 = Long.rotateLeft(v1, 13) ^ v0;
    v0 = Long.rotateLeft(v0, 32);
    v2 += v3;
    v3 = Long.rotateLeft(v3, 16) ^ v2;
    v0 += v3;
    v3 = Long.rotateLeft(v3, 21) ^ v0;
    v2 += v1;
    v1 = Long.rotateLeft(v1, 17) ^ v2;
    v2 = Long.rotateLeft(v2, 32);
  }

  private static long last(byte[] data, int from) {
    long word = (long) data.length << 56;
    for (int i = from; i < data.length; i++) {
      word |= (data[i] & 0xffL) << 8 * (i - from);
    }
    return word;
  }

  /** Eight octets, the least significant first. */
  static long int64(byte[] data, int at) {
    long value = 0;
    for (int i = 7; i >= 0; i--) {
      value = value << 8 | (data[at + i] & 0xff);
    }
    return value;
  }
}
