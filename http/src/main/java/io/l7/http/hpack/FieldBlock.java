package io.l7.http.hpack;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The field lines of one decoded block, in order, as octets: names and values lie in one array.
 * Nothing about them has been checked.
 */
public final class FieldBlock {
  private static final int FIRST_OCTETS = 512;
  private static final int FIRST_LINES = 16;

  private final int most;
  private byte[] octets = new byte[FIRST_OCTETS];
  private int used;
  private int[] spans = new int[4 * FIRST_LINES];
  private int count;
  private long size;

  FieldBlock(int most) {
    this.most = most;
  }

  /** The number of lines. */
  public int count() {
    return count;
  }

  /**
   * The size of the list as RFC 9113 §6.5.2 counts it, octets; of all lines, also of those that
   * were left out.
   */
  public long size() {
    return size;
  }

  /** Whether the list was over its limit: lines behind it were left out. */
  public boolean isCut() {
    return size > most;
  }

  /** Where all names and values lie. */
  public byte[] octets() {
    return octets;
  }

  public int nameStart(int line) {
    return spans[4 * line];
  }

  public int nameEnd(int line) {
    return spans[4 * line + 1];
  }

  public int valueStart(int line) {
    return spans[4 * line + 2];
  }

  public int valueEnd(int line) {
    return spans[4 * line + 3];
  }

  /** The name of a line as text, each octet one character. */
  public String name(int line) {
    return text(nameStart(line), nameEnd(line));
  }

  /** The value of a line as text, each octet one character. */
  public String value(int line) {
    return text(valueStart(line), valueEnd(line));
  }

  private String text(int start, int end) {
    return new String(octets, start, end - start, StandardCharsets.ISO_8859_1);
  }

  /** Adds a line, or counts it alone where the list is over its limit. */
  void add(byte[] name, int nameLength, byte[] value, int valueLength) {
    size += nameLength + valueLength + DynamicTable.OVERHEAD;
    if (isCut()) {
      return;
    }
    if (used + nameLength + valueLength > octets.length) {
      octets = Arrays.copyOf(octets, Math.max(2 * octets.length, used + nameLength + valueLength));
    }
    if (4 * count == spans.length) {
      spans = Arrays.copyOf(spans, 2 * spans.length);
    }
    System.arraycopy(name, 0, octets, used, nameLength);
    System.arraycopy(value, 0, octets, used + nameLength, valueLength);
    int at = 4 * count++;
    spans[at] = used;
    spans[at + 1] = used + nameLength;
    spans[at + 2] = used + nameLength;
    used += nameLength + valueLength;
    spans[at + 3] = used;
  }
}
