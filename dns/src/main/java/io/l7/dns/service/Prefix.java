package io.l7.dns.service;

import io.l7.common.net.AddressBits;
import java.net.InetAddress;

/**
 * An address prefix in CIDR form.
 *
 * @param upper of its address, as {@link AddressBits}
 * @param lower of its address
 * @param bits that count of 128; an IPv4 prefix has 96 more than its length
 */
public record Prefix(long upper, long lower, int bits) {
  private static final int MAPPED_BITS = 96;

  /**
   * Reads {@code 10.0.0.0/8}, {@code 2001:db8::/32} or a single address.
   *
   * @throws IllegalArgumentException if it is neither
   */
  public static Prefix parse(String text) {
    int slash = text.indexOf('/');
    InetAddress address = InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash));
    int octets = address.getAddress().length;
    int length = slash < 0 ? octets * 8 : Integer.parseInt(text.substring(slash + 1));
    if (length < 0 || length > octets * 8) {
      throw new IllegalArgumentException("prefix length of " + text);
    }
    int bits = octets == 4 ? MAPPED_BITS + length : length;
    return new Prefix(AddressBits.upper(address), AddressBits.lower(address), bits);
  }

  public boolean contains(InetAddress other) {
    return contains(AddressBits.upper(other), AddressBits.lower(other));
  }

  /** The same for an address as {@link AddressBits}. */
  public boolean contains(long otherUpper, long otherLower) {
    if (bits < MAPPED_BITS && AddressBits.isMapped(otherUpper, otherLower)) {
      return false; // ::/0 is all of IPv6, and no IPv4
    }
    return ((upper ^ otherUpper) & mask(bits)) == 0
        && ((lower ^ otherLower) & mask(bits - Long.SIZE)) == 0;
  }

  /** The first {@code bits} of a long set; all or none when there are more or fewer. */
  private static long mask(int bits) {
    return bits <= 0 ? 0 : bits >= Long.SIZE ? -1L : -1L << (Long.SIZE - bits);
  }
}
