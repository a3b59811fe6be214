package io.l7.common.net;

import java.net.Inet4Address;
import java.net.InetAddress;

/**
 * An IP address as 128 bits in two longs, so that it can be compared and hashed without an object.
 * IPv4 is mapped into {@code ::ffff:0:0/96} (RFC 4291 §2.5.5.2).
 */
public final class AddressBits {
  private static final long MAPPED = 0xffff_0000_0000L;

  private AddressBits() {}

  /** The upper 64 bits. */
  public static long upper(InetAddress address) {
    return address instanceof Inet4Address ? 0 : int64(address.getAddress(), 0);
  }

  /** The lower 64 bits. */
  public static long lower(InetAddress address) {
    // the hash of an Inet4Address is the address: specified, and free of allocation
    return address instanceof Inet4Address
        ? mapped(address.hashCode())
        : int64(address.getAddress(), 8);
  }

  /** The lower 64 bits of an IPv4 address; the upper ones are 0. */
  public static long mapped(int address) {
    return MAPPED | (address & 0xffff_ffffL);
  }

  /** Whether the address is one of IPv4. */
  public static boolean isMapped(long upper, long lower) {
    return upper == 0 && lower >>> 32 == MAPPED >>> 32;
  }

  /** Whether it is in 127.0.0.0/8 or {@code ::1}. */
  public static boolean isLoopback(long upper, long lower) {
    return upper == 0 && (lower >>> 24 == 0xff_ff_7fL || lower == 1);
  }

  private static long int64(byte[] octets, int at) {
    long value = 0;
    for (int i = at; i < at + 8; i++) {
      value = value << 8 | (octets[i] & 0xff);
    }
    return value;
  }
}
