package io.l7.dns.service;

import io.l7.dns.message.EdnsOption;
import io.l7.dns.message.Name;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * The shape of the queries that come by the million, read in place: one question, opcode QUERY, RD
 * set, at most an OPT record of version 0. Of its options a cookie alone matters over UDP.
 * Everything else takes the long way.
 */
final class PlainQuery {
  static final int HEADER = 12;
  private static final int OPT_OCTETS = 11;
  private static final int PLAIN_UDP = 512;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long PRIME = 0x9e37_79b9_7f4a_7c15L;
  private static final long ONES = 0x0101_0101_0101_0101L;
  private static final long HIGH_BITS = 0x8080_8080_8080_8080L;

  private PlainQuery() {}

  /** The index after the question's name, or -1 if this is no plain query. */
  static int nameEnd(byte[] query, int length) {
    boolean plain =
        length >= HEADER + 5
            && query[2] == 1
            && query[4] == 0
            && query[5] == 1
            && (query[6] | query[7] | query[8] | query[9] | query[10]) == 0
            && (query[11] & 0xfe) == 0;
    if (!plain) {
      return -1;
    }
    int at = HEADER;
    while (at < length && query[at] != 0) {
      if (query[at] < 0 || query[at] > Name.MAX_LABEL) {
        return -1;
      }
      at += query[at] + 1;
    }
    int end = at + 5;
    if (query[11] == 1) {
      end += OPT_OCTETS;
      end += end <= length ? u16(query, end - 2) : 0;
    }
    return end == length ? at + 1 : -1;
  }

  /** Whether a plain query has EDNS options. */
  static boolean hasOptions(byte[] query, int length, int nameEnd) {
    return query[11] == 1 && length > nameEnd + 4 + OPT_OCTETS;
  }

  /**
   * Where the data of the cookie lie in a query that has options: 0 without one, -1 if the options
   * are malformed.
   */
  static int cookieAt(byte[] query, int length, int nameEnd) {
    int cookie = 0;
    int at = nameEnd + 4 + OPT_OCTETS;
    while (at < length) {
      int data = at + 4;
      int octets = data <= length ? u16(query, at + 2) : 0;
      boolean isCookie = data <= length && u16(query, at) == EdnsOption.COOKIE;
      if (data + octets > length || (isCookie && (cookie > 0 || !isCookieLength(octets)))) {
        return -1;
      }
      cookie = isCookie ? data : cookie;
      at = data + octets;
    }
    return cookie;
  }

  /** RFC 7873 §4. */
  private static boolean isCookieLength(int octets) {
    return octets == 8 || (octets >= 16 && octets <= 40);
  }

  /** AD and CD of the header, presence of OPT and DO; -1 if the OPT is not plain. */
  static int flags(byte[] query, int nameEnd) {
    int flags = query[3] & 0x30;
    if (query[11] == 0) {
      return flags;
    }
    int opt = nameEnd + 4;
    boolean plain =
        query[opt] == 0 && query[opt + 1] == 0 && query[opt + 2] == 41 && query[opt + 6] == 0;
    return plain ? flags | 1 | (query[opt + 7] & 0x80) : -1;
  }

  /** Octets the client takes over UDP, between 512 and {@code most}. */
  static int room(byte[] query, int nameEnd, int flags, int most) {
    if ((flags & 1) == 0) {
      return PLAIN_UDP;
    }
    return Math.clamp(u16(query, nameEnd + 7), PLAIN_UDP, most);
  }

  /** Type and class of the question. */
  static int typeAndClass(byte[] query, int nameEnd) {
    return u16(query, nameEnd) << 16 | u16(query, nameEnd + 2);
  }

  /** A hash of name without letter case, type, class and flags. */
  static int hash(byte[] query, int nameEnd, int flags, long seed) {
    long hash = seed ^ ((long) typeAndClass(query, nameEnd) << 8 | flags);
    int at = HEADER;
    for (; at + 8 <= nameEnd; at += 8) {
      hash = (hash ^ lower((long) LONG.get(query, at))) * PRIME;
      hash ^= hash >>> 29;
    }
    if (at < nameEnd) {
      hash = (hash ^ lower(tail(query, at, nameEnd))) * PRIME;
      hash ^= hash >>> 29;
    }
    return (int) (hash ^ hash >>> 32);
  }

  /**
   * Whether the names at {@link #HEADER} of {@code query} and at {@code start} of {@code other} are
   * equal but for letter case.
   */
  static boolean sameName(byte[] query, int nameEnd, byte[] other, int start) {
    int at = HEADER;
    int there = start;
    for (; at + 8 <= nameEnd; at += 8, there += 8) {
      long mine = (long) LONG.get(query, at);
      long theirs = (long) LONG.get(other, there);
      if (mine != theirs && lower(mine) != lower(theirs)) {
        return false;
      }
    }
    return at == nameEnd
        || lower(tail(query, at, nameEnd)) == lower(tail(other, there, there + nameEnd - at));
  }

  private static long tail(byte[] octets, int from, int end) {
    long value = 0;
    for (int i = end - 1; i >= from; i--) {
      value = value << 8 | (octets[i] & 0xff);
    }
    return value;
  }

  /**
   * Eight octets with the letters A to Z made small. Lengths of labels, up to 63, are no letters.
   */
  static long lower(long octets) {
    long seven = octets & ~HIGH_BITS;
    long fromA = seven + ONES * (0x80 - 'A');
    long afterZ = seven + ONES * (0x7f - 'Z');
    long letters = (fromA ^ afterZ) & ~octets & HIGH_BITS;
    return octets | letters >>> 2;
  }

  static int u16(byte[] wire, int at) {
    return (wire[at] & 0xff) << 8 | (wire[at + 1] & 0xff);
  }
}
