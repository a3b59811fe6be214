package io.l7.dns.zone;

import io.l7.dns.message.Name;
import io.l7.dns.message.RRClass;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RRset;
import io.l7.dns.message.Rdata;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The record sets of one name, packed into one array so that a name costs two objects beside its
 * key. A set is type (2 octets), TTL (4), number of records (2), number of signatures (2), octets
 * of body (4); the body is records and then signatures, each with its length (2) before it. Sets
 * stand in order of their type. Immutable.
 */
final class Node {
  static final Node EMPTY = new Node(new byte[0]);
  private static final int HEAD = 14;

  /** What two octets count; no message holds as many. */
  private static final int MOST_RECORDS = 0xffff;

  private final byte[] packed;

  private Node(byte[] packed) {
    this.packed = packed;
  }

  /** A node of these sets, at most one a type. */
  static Node of(List<RRset> sets) {
    var ordered = new ArrayList<>(sets);
    ordered.sort(Comparator.comparingInt(s -> s.type().code()));
    var out = new ByteArrayOutputStream(64);
    for (RRset set : ordered) {
      write(out, set);
    }
    return new Node(out.toByteArray());
  }

  private static void write(ByteArrayOutputStream out, RRset set) {
    if (Math.max(set.rdata().size(), set.signatures().size()) > MOST_RECORDS) {
      throw new IllegalArgumentException(
          set.owner() + " has more than " + MOST_RECORDS + " records of type " + set.type());
    }
    int length = 0;
    for (Rdata rdata : set.rdata()) {
      length += 2 + rdata.length();
    }
    for (Rdata rdata : set.signatures()) {
      length += 2 + rdata.length();
    }
    write16(out, set.type().code());
    write32(out, (int) set.ttl());
    write16(out, set.rdata().size());
    write16(out, set.signatures().size());
    write32(out, length);
    for (Rdata rdata : set.rdata()) {
      write16(out, rdata.length());
      out.writeBytes(rdata.toWire());
    }
    for (Rdata rdata : set.signatures()) {
      write16(out, rdata.length());
      out.writeBytes(rdata.toWire());
    }
  }

  boolean isEmpty() {
    return packed.length == 0;
  }

  boolean has(RRType type) {
    return find(type.code()) >= 0;
  }

  /** True when the node has sets and none of them is anything but NSEC. */
  boolean isOnly(RRType type) {
    return packed.length > 0 && u16(0) == type.code() && HEAD + i32(10) == packed.length;
  }

  private int find(int type) {
    int at = 0;
    while (at < packed.length) {
      int here = u16(at);
      if (here >= type) {
        return here == type ? at : -1;
      }
      at += HEAD + i32(at + 10);
    }
    return -1;
  }

  /** The set of a type with its signatures, under the owner's name. */
  Optional<RRset> set(RRType type, Name owner) {
    int at = find(type.code());
    return at < 0 ? Optional.empty() : Optional.of(setAt(at, owner));
  }

  /** All sets in order of their type. */
  List<RRset> sets(Name owner) {
    var sets = new ArrayList<RRset>();
    for (int at = 0; at < packed.length; at += HEAD + i32(at + 10)) {
      sets.add(setAt(at, owner));
    }
    return sets;
  }

  List<RRType> types() {
    var types = new ArrayList<RRType>();
    for (int at = 0; at < packed.length; at += HEAD + i32(at + 10)) {
      types.add(new RRType(u16(at)));
    }
    return types;
  }

  boolean isSigned(RRType type) {
    int at = find(type.code());
    return at >= 0 && u16(at + 8) > 0;
  }

  /** Records and signatures in this node. */
  int records() {
    int count = 0;
    for (int at = 0; at < packed.length; at += HEAD + i32(at + 10)) {
      count += u16(at + 6) + u16(at + 8);
    }
    return count;
  }

  private RRset setAt(int offset, Name owner) {
    int records = u16(offset + 6);
    int signatures = u16(offset + 8);
    int at = offset + HEAD;
    var rdata = new Rdata[records + signatures];
    for (int i = 0; i < rdata.length; i++) {
      int length = u16(at);
      rdata[i] = Rdata.of(Arrays.copyOfRange(packed, at + 2, at + 2 + length));
      at += 2 + length;
    }
    return new RRset(
        owner,
        new RRType(u16(offset)),
        RRClass.IN,
        i32(offset + 2) & 0xffff_ffffL,
        Arrays.asList(rdata).subList(0, records),
        Arrays.asList(rdata).subList(records, rdata.length));
  }

  /**
   * This node with a set in the place of the one of its type; a set without records and signatures
   * takes it away.
   */
  Node with(RRset set) {
    int type = set.type().code();
    var out = new ByteArrayOutputStream(packed.length + 128);
    boolean written = set.rdata().isEmpty() && set.signatures().isEmpty();
    for (int at = 0; at < packed.length; ) {
      int length = HEAD + i32(at + 10);
      int here = u16(at);
      if (!written && here >= type) {
        write(out, set);
        written = true;
      }
      if (here != type) {
        out.write(packed, at, length);
      }
      at += length;
    }
    if (!written) {
      write(out, set);
    }
    return out.size() == 0 ? EMPTY : new Node(out.toByteArray());
  }

  /** This node without the sets of a type. */
  Node without(RRType type) {
    return has(type) ? with(RRset.of(Name.ROOT, type, 0, List.of())) : this;
  }

  private int u16(int at) {
    return (packed[at] & 0xff) << 8 | (packed[at + 1] & 0xff);
  }

  private int i32(int at) {
    return u16(at) << 16 | u16(at + 2);
  }

  private static void write16(ByteArrayOutputStream out, int value) {
    out.write(value >>> 8);
    out.write(value);
  }

  private static void write32(ByteArrayOutputStream out, int value) {
    write16(out, value >>> 16);
    write16(out, value);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Node node && Arrays.equals(packed, node.packed);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(packed);
  }
}
