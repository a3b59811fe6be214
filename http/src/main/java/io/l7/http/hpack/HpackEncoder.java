package io.l7.http.hpack;

import java.util.Arrays;

/**
 * Encodes the field blocks of one direction of one connection (RFC 7541 §3), in the order they are
 * sent. What differs from message to message stays out of the table; what lets somebody in is never
 * indexed, here or by whoever passes it on (RFC 7541 §7.1.3). For one thread.
 */
public final class HpackEncoder {
  private static final int INDEXED = 0x80;
  private static final int INCREMENTAL = 0x40;
  private static final int TABLE_SIZE = 0x20;
  private static final int NEVER = 0x10;
  private static final int WITHOUT = 0x00;
  private static final int FIRST_OCTETS = 256;

  /** RFC 7541 §5.1: a number of 32 bits takes six octets at most. */
  private static final int NUMBER_OCTETS = 6;

  private record Entry(String name, String value, int hash) {}

  private final int tableLimit;
  private final DynamicTable<Entry> table;

  /** The smallest size that was asked for since the last block; −1: none. */
  private int smallest = -1;

  private int wanted;
  private byte[] block = new byte[FIRST_OCTETS];
  private int length;

  /**
   * @param tableLimit the most octets that are spent on the table, whatever the peer allows
   */
  public HpackEncoder(int tableLimit) {
    this.tableLimit = tableLimit;
    this.wanted = Math.min(tableLimit, 4096);
    this.table = new DynamicTable<>(wanted);
  }

  /** The size of the dynamic table now, octets. */
  public int tableSize() {
    return table.size();
  }

  /** What the peer allows from now on (SETTINGS_HEADER_TABLE_SIZE), octets, from 0. */
  public void allow(long octets) {
    wanted = (int) Math.min(octets, tableLimit);
    smallest = smallest < 0 ? wanted : Math.min(smallest, wanted);
  }

  /** Begins a block. */
  public void begin() {
    length = 0;
    if (smallest >= 0) {
      // RFC 7541 §4.2: the smallest size since the last block first, then the last one.
      if (smallest < wanted && smallest < table.most()) {
        sizeUpdate(smallest);
      }
      if (wanted != table.most()) {
        sizeUpdate(wanted);
      }
      smallest = -1;
    }
  }

  private void sizeUpdate(int octets) {
    number(TABLE_SIZE, 0x1f, octets);
    table.resize(octets);
  }

  /**
   * Adds a field line, each character one octet (ISO 8859-1).
   *
   * @param name in lower case
   */
  public void add(String name, String value) {
    int named = StaticTable.indexOf(name);
    int index = named == 0 ? 0 : StaticTable.indexOf(name, value, named);
    int hash = 31 * name.hashCode() + value.hashCode();
    for (int i = 0; index == 0 && i < table.count(); i++) {
      Entry entry = table.get(i);
      if (entry.hash == hash && entry.name.equals(name) && entry.value.equals(value)) {
        index = StaticTable.SIZE + 1 + i;
      } else if (named == 0 && entry.name.equals(name)) {
        named = StaticTable.SIZE + 1 + i;
      }
    }
    int form = form(name);
    if (index != 0 && form != NEVER) {
      number(INDEXED, 0x7f, index);
      return;
    }
    number(form, form == INCREMENTAL ? 0x3f : 0x0f, named);
    if (named == 0) {
      string(name);
    }
    string(value);
    if (form == INCREMENTAL) {
      table.add(new Entry(name, value, hash), name.length() + value.length());
    }
  }

  private static int form(String name) {
    return switch (name) {
      case "set-cookie", "cookie", "authorization", "proxy-authorization" -> NEVER;
      case ":path",
          "age",
          "cache-status",
          "content-length",
          "content-location",
          "content-range",
          "etag",
          "last-modified",
          "location",
          "retry-after",
          "x-request-id" ->
          WITHOUT;
      default -> INCREMENTAL;
    };
  }

  /** The octets of the block, up to {@link #length}; until the next one begins. */
  public byte[] octets() {
    return block;
  }

  /** How many octets the block has. */
  public int length() {
    return length;
  }

  private void number(int form, int mask, int number) {
    room(NUMBER_OCTETS);
    if (number < mask) {
      block[length++] = (byte) (form | number);
      return;
    }
    block[length++] = (byte) (form | mask);
    int rest = number - mask;
    while (rest >= 0x80) {
      block[length++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    block[length++] = (byte) rest;
  }

  @SuppressWarnings("deprecation") // getBytes(int, int, byte[], int) is the one copy needed
  private void string(String text) {
    int coded = Huffman.length(text);
    if (coded < text.length()) {
      number(0x80, 0x7f, coded);
      room(coded);
      length = Huffman.encode(text, block, length);
    } else {
      number(0, 0x7f, text.length());
      room(text.length());
      text.getBytes(0, text.length(), block, length);
      length += text.length();
    }
  }

  private void room(int octets) {
    if (length + octets > block.length) {
      block = Arrays.copyOf(block, Math.max(2 * block.length, length + octets));
    }
  }
}
