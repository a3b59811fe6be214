package io.l7.dns.message;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * The data of a record as its uncompressed wire form, at most 65,535 octets; typed views ({@link
 * Soa}, {@link Ds} ...) read from it. Equality is that of the octets, except that {@link RRset} and
 * the canonical form treat names as the type demands. Immutable.
 */
public final class Rdata {
  public static final Rdata EMPTY = new Rdata(new byte[0]);

  private final byte[] wire;

  private Rdata(byte[] wire) {
    this.wire = wire;
  }

  /** Data from a copy of the given octets. */
  public static Rdata of(byte[] wire) {
    if (wire.length > 0xffff) {
      throw new IllegalArgumentException("rdata of " + wire.length + " octets");
    }
    return new Rdata(wire.clone());
  }

  static Rdata trusted(byte[] wire) {
    return new Rdata(wire);
  }

  /** The data of A or AAAA. */
  public static Rdata address(InetAddress address) {
    return new Rdata(address.getAddress());
  }

  /** The data of NS, CNAME, DNAME or PTR. */
  public static Rdata name(Name name) {
    return new Rdata(name.toWire());
  }

  public int length() {
    return wire.length;
  }

  public byte[] toWire() {
    return wire.clone();
  }

  byte[] wireInPlace() {
    return wire;
  }

  /** Copies the octets into {@code target} at {@code offset}; returns their number. */
  public int copyTo(byte[] target, int offset) {
    System.arraycopy(wire, 0, target, offset, wire.length);
    return wire.length;
  }

  /** One octet, 0 to 255. */
  public int u8(int offset) {
    return wire[offset] & 0xff;
  }

  /** Two octets in network order, 0 to 65,535. */
  public int u16(int offset) {
    return (wire[offset] & 0xff) << 8 | (wire[offset + 1] & 0xff);
  }

  /** Four octets in network order, 0 to 2^32-1. */
  public long u32(int offset) {
    return (long) u16(offset) << 16 | u16(offset + 2);
  }

  public byte[] bytes(int from, int to) {
    if (from < 0 || to > wire.length || from > to) {
      throw new IllegalArgumentException("octets " + from + " to " + to + " of " + wire.length);
    }
    return Arrays.copyOfRange(wire, from, to);
  }

  /**
   * The uncompressed name that starts at {@code offset}.
   *
   * @throws IllegalArgumentException if there is none
   */
  public Name nameAt(int offset) {
    int at = offset;
    while (at < wire.length && wire[at] > 0) {
      at += wire[at] + 1;
    }
    if (at >= wire.length || wire[at] != 0) {
      throw new IllegalArgumentException("no name at octet " + offset);
    }
    return Name.ofWire(Arrays.copyOfRange(wire, offset, at + 1));
  }

  /** The name this data consists of (NS, CNAME, DNAME, PTR). */
  public Name asName() {
    return nameAt(0);
  }

  /**
   * The address this data consists of (A, AAAA).
   *
   * @throws IllegalArgumentException if it is not 4 or 16 octets
   */
  public InetAddress asAddress() {
    try {
      return InetAddress.getByAddress(wire);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("address of " + wire.length + " octets", e);
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Rdata rdata && Arrays.equals(wire, rdata.wire);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(wire);
  }

  /** The generic form of RFC 3597 §5: {@code \# 4 7f000001}. */
  @Override
  public String toString() {
    return wire.length == 0 ? "\\# 0" : "\\# " + wire.length + " " + HexFormat.of().formatHex(wire);
  }
}
