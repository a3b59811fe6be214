package io.l7.common.hash;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * SipHash-2-4, a keyed hash for short input: who does not know the key cannot foretell it (Aumasson
 * and Bernstein, 2012). Safe for all threads.
 */
public final class SipHash {
  private static final VarHandle INT64 =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

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

  /** The hash of octets under a key of two words, its first octets in {@code key0}. */
  public static long of(long key0, long key1, byte[] data) {
    return of(key0, key1, data, 0, data.length);
  }

  /** The hash of {@code length} octets from {@code from} on. */
  public static long of(long key0, long key1, byte[] data, int from, int length) {
    var state = new SipHash(key0, key1);
    int rest = from + length / 8 * 8;
    for (int at = from; at < rest; at += 8) state.take(int64(data, at));
    return state.end(last(data, rest, from + length, length));
  }

  /** The hash of three words, 24 octets. Allocates nothing, compiled by whatever compiler. */
  public static long of(long key0, long key1, long a, long b, long c) {
    long v0 = 0x736f6d6570736575L ^ key0;
    long v1 = 0x646f72616e646f6dL ^ key1;
    long v2 = 0x6c7967656e657261L ^ key0;
    long v3 = 0x7465646279746573L ^ key1;
    for (int round = 0; round < 12; round++) { // two a word, the length's among them, and four
      long word =
          switch (round / 2) {
            case 0 -> a;
            case 1 -> b;
            case 2 -> c;
            case 3 -> 24L << 56;
            default -> 0;
          };
      if (round % 2 == 0) v3 ^= word;
      if (round == 8) v2 ^= 0xff;
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
      if (round % 2 == 1) v0 ^= word;
    }
    return v0 ^ v1 ^ v2 ^ v3;
  }

  private long end(long lengthAndRest) {
    take(lengthAndRest);
    v2 ^= 0xff;
    for (int i = 0; i < 4; i++) round();
    return v0 ^ v1 ^ v2 ^ v3;
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

  /** The rest of less than eight octets, and the length in the top octet. */
  private static long last(byte[] data, int from, int end, int length) {
    long word = (long) length << 56;
    for (int i = from; i < end; i++) word |= (data[i] & 0xffL) << 8 * (i - from);
    return word;
  }

  /** Eight octets as a word, the least significant first: the halves of a key. */
  public static long int64(byte[] data, int at) {
    return (long) INT64.get(data, at);
  }
}
