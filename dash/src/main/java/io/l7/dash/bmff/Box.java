package io.l7.dash.bmff;

import io.l7.dash.limits.DashLimits;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * A box held in memory: its type and a window on its payload. Reading never leaves the window. Not
 * thread-safe: it keeps a position.
 */
public final class Box {
  private final String type;
  private final byte[] bytes;
  private final int start;
  private final int payload;
  private final int end;
  private final int depth;
  private final long base;
  private int position;

  private Box(String type, byte[] bytes, int start, int payload, int end, int depth, long base) {
    this.type = type;
    this.bytes = bytes;
    this.start = start;
    this.payload = payload;
    this.end = end;
    this.depth = depth;
    this.base = base;
    this.position = payload;
  }

  /** The boxes of a whole segment, or of any buffer that begins with a box. */
  public static List<Box> all(byte[] bytes, DashLimits limits) throws BmffException {
    return root(bytes).children(limits);
  }

  /** A buffer as a nameless box around its content. */
  static Box root(byte[] bytes) {
    return new Box("", bytes, 0, 0, bytes.length, 0, 0);
  }

  /** One box that fills {@code bytes}, read from {@code fileOffset}. */
  static Box of(byte[] bytes, long fileOffset, DashLimits limits) throws BmffException {
    return new Box("", bytes, 0, 0, bytes.length, 0, fileOffset).child(limits);
  }

  public String type() {
    return type;
  }

  /** Size of the box with its header, in bytes. */
  public int size() {
    return end - start;
  }

  /** Position of the box's first byte in the file or segment. */
  public long offset() {
    return base + start;
  }

  /** Position of the byte behind the box in the file or segment. */
  public long endOffset() {
    return base + end;
  }

  /** The box with its header, copied. */
  public byte[] raw() {
    return Arrays.copyOfRange(bytes, start, end);
  }

  /** The boxes inside, from the current position on. */
  public List<Box> children(DashLimits limits) throws BmffException {
    var children = new ArrayList<Box>();
    while (remaining() >= 8) {
      if (children.size() == limits.boxes()) {
        throw error("over " + limits.boxes() + " boxes in one container");
      }
      children.add(child(limits));
    }
    if (remaining() > 0 && type.isEmpty()) {
      throw error("the data ends inside a box header");
    }
    return children;
  }

  /** The next box from the current position on. */
  Box nextChild(DashLimits limits) throws BmffException {
    return child(limits);
  }

  private Box child(DashLimits limits) throws BmffException {
    if (depth + 1 > limits.boxDepth()) {
      throw error("boxes nest deeper than " + limits.boxDepth());
    }
    int at = position;
    need(8);
    long size = u32();
    String name = fourcc();
    if (size == 1) {
      need(8);
      size = u64();
      if (size < 16) {
        throw new BmffException("box " + name + " has a largesize of " + size, base + at);
      }
    } else if (size == 0) {
      // ISO/IEC 14496-12 §4.2.2: to the end of the file, so only at the top.
      if (depth > 0) {
        throw new BmffException("box " + name + " of open size inside another", base + at);
      }
      size = (long) end - at;
    } else if (size < 8) {
      throw new BmffException("box " + name + " has a size of " + size, base + at);
    }
    if (size > end - at) {
      throw new BmffException(
          "box " + name + " of " + size + " bytes ends past its container", base + at);
    }
    var child = new Box(name, bytes, at, position, (int) (at + size), depth + 1, base);
    position = child.end;
    return child;
  }

  /** The first box of this type among the children; the position does not move. */
  public Optional<Box> find(String wanted, DashLimits limits) throws BmffException {
    return fresh().children(limits).stream().filter(b -> b.type.equals(wanted)).findFirst();
  }

  /** As {@link #find}, for a box that must be there. */
  public Box require(String wanted, DashLimits limits) throws BmffException {
    var found = find(wanted, limits);
    if (found.isEmpty()) {
      throw new BmffException("box " + type + " has no " + wanted, offset());
    }
    return found.get();
  }

  /** The same box, positioned at the start of its payload. */
  public Box fresh() {
    return new Box(type, bytes, start, payload, end, depth, base);
  }

  public int remaining() {
    return end - position;
  }

  public int u8() throws BmffException {
    need(1);
    return bytes[position++] & 0xff;
  }

  public int u16() throws BmffException {
    return u8() << 8 | u8();
  }

  public int s16() throws BmffException {
    return (short) u16();
  }

  public int u24() throws BmffException {
    return u16() << 8 | u8();
  }

  public long u32() throws BmffException {
    return (long) u16() << 16 | u16();
  }

  public int s32() throws BmffException {
    return (int) u32();
  }

  /** A 64-bit number. One with the top bit set comes out negative: the caller refuses it. */
  public long u64() throws BmffException {
    return u32() << 32 | u32();
  }

  public String fourcc() throws BmffException {
    return new String(bytes(4), StandardCharsets.ISO_8859_1);
  }

  public byte[] bytes(int count) throws BmffException {
    need(count);
    position += count;
    return Arrays.copyOfRange(bytes, position - count, position);
  }

  public void skip(int count) throws BmffException {
    need(count);
    position += count;
  }

  /** A count of entries of so many bytes each that must fit in what is left of the box. */
  public int count(int entryBytes) throws BmffException {
    long count = u32();
    if (count * entryBytes > remaining()) {
      throw error(type + " announces " + count + " entries and holds " + remaining() + " bytes");
    }
    return (int) count;
  }

  private void need(int count) throws BmffException {
    if (count < 0 || count > end - position) {
      throw error("box " + type + " ends early");
    }
  }

  BmffException error(String what) {
    return new BmffException(what, base + position);
  }
}
