package io.l7.dns.message;

import java.io.ByteArrayOutputStream;
import java.util.Collection;
import java.util.SortedSet;
import java.util.TreeSet;

/** The set of types that NSEC, NSEC3 and CSYNC carry (RFC 4034 §4.1.2). */
public final class TypeBitmap {
  private TypeBitmap() {}

  /**
   * Whether {@code type} is in the bitmap that starts at {@code offset} and ends with the data; a
   * malformed bitmap contains nothing.
   */
  public static boolean contains(Rdata rdata, int offset, RRType type) {
    int window = type.code() >> 8;
    int octet = (type.code() & 0xff) >> 3;
    int bit = 0x80 >> (type.code() & 7);
    int at = offset;
    while (at + 2 <= rdata.length()) {
      int length = rdata.u8(at + 1);
      if (length == 0 || length > 32 || at + 2 + length > rdata.length()) {
        return false;
      }
      if (rdata.u8(at) == window) {
        return octet < length && (rdata.u8(at + 2 + octet) & bit) != 0;
      }
      at += 2 + length;
    }
    return false;
  }

  /** All types in the bitmap, by number. */
  public static SortedSet<Integer> codes(Rdata rdata, int offset) {
    var codes = new TreeSet<Integer>();
    int at = offset;
    while (at + 2 <= rdata.length()) {
      int window = rdata.u8(at);
      int length = rdata.u8(at + 1);
      for (int i = 0; i < length && at + 2 + i < rdata.length(); i++) {
        for (int bit = 0; bit < 8; bit++) {
          if ((rdata.u8(at + 2 + i) & (0x80 >> bit)) != 0) {
            codes.add(window << 8 | i << 3 | bit);
          }
        }
      }
      at += 2 + length;
    }
    return codes;
  }

  /** The wire form of a set of types. */
  public static byte[] encode(Collection<RRType> types) {
    var sorted = new TreeSet<Integer>();
    types.forEach(type -> sorted.add(type.code()));
    var out = new ByteArrayOutputStream();
    while (!sorted.isEmpty()) {
      int window = sorted.first() >> 8;
      SortedSet<Integer> inWindow = sorted.headSet((window + 1) << 8);
      int length = ((inWindow.last() & 0xff) >> 3) + 1;
      var bits = new byte[length];
      for (int code : inWindow) {
        bits[(code & 0xff) >> 3] |= (byte) (0x80 >> (code & 7));
      }
      out.write(window);
      out.write(length);
      out.writeBytes(bits);
      inWindow.clear();
    }
    return out.toByteArray();
  }
}
