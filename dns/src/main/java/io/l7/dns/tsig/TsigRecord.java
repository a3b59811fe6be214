package io.l7.dns.tsig;

import io.l7.dns.message.Name;
import java.util.Arrays;
import java.util.Optional;

/**
 * The TSIG record at the end of a message (RFC 8945 §4.2), with the place where it starts.
 *
 * @param start octets of the message before it
 * @param time seconds since 1970, 48 bits
 * @param fudge seconds
 */
record TsigRecord(
    int start,
    Name key,
    Name algorithm,
    long time,
    int fudge,
    byte[] mac,
    int originalId,
    int error,
    byte[] other) {
  private static final int HEADER = 12;
  private static final int TYPE = 250;
  private static final int ANY = 255;

  /**
   * Finds the record. Only a record that is the last of the additional section counts.
   *
   * @return empty when the message has none or cannot be followed to its end
   */
  static Optional<TsigRecord> find(byte[] wire, int length) {
    if (length < HEADER || u16(wire, 10) == 0) {
      return Optional.empty();
    }
    int at = HEADER;
    for (int i = u16(wire, 4); i > 0 && at >= 0; i--) {
      at = skipName(wire, at, length);
      at = at < 0 || at + 4 > length ? -1 : at + 4;
    }
    int records = u16(wire, 6) + u16(wire, 8) + u16(wire, 10);
    int last = -1;
    for (int i = 0; i < records && at >= 0; i++) {
      last = at;
      at = skipName(wire, at, length);
      if (at < 0 || at + 10 > length) {
        return Optional.empty();
      }
      at += 10 + u16(wire, at + 8);
    }
    return at == length && last > 0 ? parse(wire, last, length) : Optional.empty();
  }

  private static Optional<TsigRecord> parse(byte[] wire, int start, int length) {
    int at = skipName(wire, start, length);
    if (u16(wire, at) != TYPE || u16(wire, at + 2) != ANY) {
      return Optional.empty();
    }
    int data = at + 10;
    int afterAlgorithm = skipName(wire, data, length);
    if (afterAlgorithm < 0 || afterAlgorithm + 10 > length) {
      return Optional.empty();
    }
    int macLength = u16(wire, afterAlgorithm + 8);
    int tail = afterAlgorithm + 10 + macLength;
    if (tail + 6 > length || tail + 6 + u16(wire, tail + 4) != length) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new TsigRecord(
              start,
              name(wire, start),
              name(wire, data),
              (long) u16(wire, afterAlgorithm) << 32 | u32(wire, afterAlgorithm + 2),
              u16(wire, afterAlgorithm + 6),
              Arrays.copyOfRange(wire, afterAlgorithm + 10, tail),
              u16(wire, tail),
              u16(wire, tail + 2),
              Arrays.copyOfRange(wire, tail + 6, length)));
    } catch (IllegalArgumentException e) {
      return Optional.empty(); // a name that loops or is too long
    }
  }

  /**
   * The name at an offset; some senders compress the owner of this record too. Pointers lead
   * backwards alone.
   */
  private static Name name(byte[] wire, int at) {
    var out = new byte[Name.MAX_OCTETS];
    int length = 0;
    int read = at;
    int lowest = at;
    while (wire[read] != 0) {
      int octet = wire[read] & 0xff;
      if (octet >= 0xc0 && read + 1 < wire.length) {
        read = u16(wire, read) & 0x3fff;
        if (read >= lowest) {
          throw new IllegalArgumentException("pointer does not point backwards");
        }
        lowest = read;
      } else if (octet > Name.MAX_LABEL
          || length + octet + 2 > out.length
          || read + octet + 1 >= wire.length) {
        throw new IllegalArgumentException("malformed name");
      } else {
        System.arraycopy(wire, read, out, length, octet + 1);
        length += octet + 1;
        read += octet + 1;
      }
    }
    return Name.ofWire(Arrays.copyOf(out, length + 1));
  }

  /** The offset after the name at {@code at}, or -1. */
  private static int skipName(byte[] wire, int at, int length) {
    int next = at;
    while (next >= 0 && next < length) {
      int octet = wire[next] & 0xff;
      if (octet == 0) {
        return next + 1;
      }
      if (octet >= 0xc0) {
        return next + 2 <= length ? next + 2 : -1;
      }
      next = octet <= Name.MAX_LABEL ? next + 1 + octet : -1;
    }
    return -1;
  }

  static int u16(byte[] wire, int at) {
    return (wire[at] & 0xff) << 8 | (wire[at + 1] & 0xff);
  }

  private static long u32(byte[] wire, int at) {
    return (long) u16(wire, at) << 16 | u16(wire, at + 2);
  }
}
