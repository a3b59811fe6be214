package io.l7.bittorrent.bencode;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * A byte string: a view of the array it was decoded from. Ordered as raw bytes, which is the order
 * of dictionary keys (BEP 3).
 */
public final class BString implements BValue, Comparable<BString> {
  private final byte[] source;
  private final int offset;
  private final int length;

  BString(byte[] source, int offset, int length) {
    this.source = source;
    this.offset = offset;
    this.length = length;
  }

  /** A string of these bytes; the array is not copied. */
  public static BString of(byte[] bytes) {
    return new BString(bytes, 0, bytes.length);
  }

  /** A string of these characters in UTF-8. */
  public static BString of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Length in bytes. */
  public int length() {
    return length;
  }

  /** A copy of the bytes. */
  public byte[] bytes() {
    return Arrays.copyOfRange(source, offset, offset + length);
  }

  /** A copy of the bytes from {@code from} (inclusive) to {@code to} (exclusive). */
  public byte[] bytes(int from, int to) {
    return Arrays.copyOfRange(source, offset + from, offset + to);
  }

  /** The byte at {@code index}. */
  public byte byteAt(int index) {
    return source[offset + index];
  }

  /** The text, read as UTF-8; what is not UTF-8 becomes U+FFFD. */
  public String text() {
    return new String(source, offset, length, StandardCharsets.UTF_8);
  }

  /** Whether the bytes are those of this ASCII text. */
  public boolean is(String ascii) {
    return length == ascii.length() && text().equals(ascii);
  }

  @Override
  public byte[] encoded() {
    var prefix = (length + ":").getBytes(StandardCharsets.US_ASCII);
    var result = Arrays.copyOf(prefix, prefix.length + length);
    System.arraycopy(source, offset, result, prefix.length, length);
    return result;
  }

  @Override
  public int compareTo(BString other) {
    return Arrays.compareUnsigned(
        source, offset, offset + length, other.source, other.offset, other.offset + other.length);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BString that && compareTo(that) == 0;
  }

  @Override
  public int hashCode() {
    int hash = 1;
    for (int i = offset; i < offset + length; i++) {
      hash = 31 * hash + source[i];
    }
    return hash;
  }

  /** The text where it is printable, hexadecimal where not. */
  @Override
  public String toString() {
    var text = text();
    boolean printable = text.chars().noneMatch(c -> c == 0xFFFD || Character.isISOControl(c));
    return printable ? text : HexFormat.of().formatHex(bytes());
  }
}
