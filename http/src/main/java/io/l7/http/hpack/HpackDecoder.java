package io.l7.http.hpack;

import java.util.Arrays;

/**
 * Decodes the field blocks of one direction of one connection (RFC 7541 §3), in order. Memory is
 * bounded by the table, the limit of a list and the size of a block; nothing is allocated for a
 * length that the block cannot hold. For one thread.
 */
public final class HpackDecoder {
  /** RFC 9113 §6.5.2: what the peer begins with, whatever it was promised. */
  private static final int FIRST_TABLE = 4096;

  /** More than any length or index needs. */
  private static final int MOST_SHIFT = 21;

  private static final byte[] NOTHING = new byte[0];

  private final int tableLimit;
  private final int listLimit;
  private final DynamicTable<Entry> table;

  private byte[] block = NOTHING;
  private int at;
  private int end;

  /** One string; its octets are in {@link #octets}, up to {@link #length}. */
  private static final class Text {
    private byte[] octets = NOTHING;
    private int length;

    byte[] copy() {
      return Arrays.copyOf(octets, length);
    }
  }

  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  private record Entry(byte[] name, byte[] value) {}

  private final Text name = new Text();
  private final Text value = new Text();

  /**
   * @param tableLimit the size of the dynamic table that was promised (SETTINGS_HEADER_TABLE_SIZE),
   *     octets
   * @param listLimit the size of a list, as RFC 9113 §6.5.2 counts it, beyond which lines are left
   *     out, octets
   */
  public HpackDecoder(int tableLimit, int listLimit) {
    this.tableLimit = tableLimit;
    this.listLimit = listLimit;
    this.table = new DynamicTable<>(Math.min(tableLimit, FIRST_TABLE));
  }

  /** The size of the dynamic table now, octets. */
  public int tableSize() {
    return table.size();
  }

  /**
   * Decodes one whole block.
   *
   * @throws HpackException it is malformed: no further block can be decoded
   */
  public FieldBlock decode(byte[] octets, int offset, int length) throws HpackException {
    block = octets;
    at = offset;
    end = offset + length;
    var list = new FieldBlock(listLimit);
    boolean begun = false;
    while (at < end) {
      int first = block[at] & 0xff;
      if (first >= 0x80) {
        indexed(integer(0x7f), list);
      } else if (first >= 0x40) {
        literal(integer(0x3f), list);
        table.add(new Entry(name.copy(), value.copy()), name.length + value.length);
      } else if (first >= 0x20) {
        resize(integer(0x1f), begun);
        continue;
      } else {
        literal(integer(0x0f), list); // without indexing, or never indexed
      }
      begun = true;
    }
    block = NOTHING;
    return list;
  }

  private void indexed(int index, FieldBlock list) throws HpackException {
    if (index >= 1 && index <= StaticTable.SIZE) {
      byte[] known = StaticTable.name(index);
      byte[] text = StaticTable.value(index);
      list.add(known, known.length, text, text.length);
    } else {
      Entry entry = entry(index);
      list.add(entry.name, entry.name.length, entry.value, entry.value.length);
    }
  }

  private Entry entry(int index) throws HpackException {
    int place = index - StaticTable.SIZE - 1;
    if (index == 0 || place >= table.count()) {
      throw new HpackException("an index of nothing");
    }
    return table.get(place);
  }

  private void literal(int index, FieldBlock list) throws HpackException {
    if (index == 0) {
      string(name);
    } else {
      byte[] known = index <= StaticTable.SIZE ? StaticTable.name(index) : entry(index).name;
      name.octets = known;
      name.length = known.length;
    }
    string(value);
    list.add(name.octets, name.length, value.octets, value.length);
  }

  private void resize(int octets, boolean begun) throws HpackException {
    // RFC 7541 §4.2: at the beginning of a block; §6.3: not over what was promised.
    if (begun || octets > tableLimit) {
      throw new HpackException("an update of the table's size out of place or over its limit");
    }
    table.resize(octets);
  }

  /** RFC 7541 §5.1: the lower bits of the next octet, and further octets where they are ones. */
  private int integer(int mask) throws HpackException {
    int number = block[at++] & mask;
    if (number < mask) {
      return number;
    }
    for (int shift = 0; shift <= MOST_SHIFT; shift += 7) {
      if (at == end) {
        throw new HpackException("the block ends inside a number");
      }
      int octet = block[at++];
      number += (octet & 0x7f) << shift;
      if (octet >= 0) {
        return number;
      }
    }
    throw new HpackException("a number that is too large");
  }

  /** RFC 7541 §5.2. */
  private void string(Text text) throws HpackException {
    if (at == end) {
      throw new HpackException("the block ends ahead of a string");
    }
    boolean coded = block[at] < 0;
    int length = integer(0x7f);
    if (length > end - at) {
      throw new HpackException("the block ends inside a string");
    }
    if (coded) {
      text.octets = new byte[Huffman.MOST_GROWTH * length];
      text.length = Huffman.decode(block, at, length, text.octets);
    } else {
      text.octets = Arrays.copyOfRange(block, at, at + length);
      text.length = length;
    }
    at += length;
  }
}
