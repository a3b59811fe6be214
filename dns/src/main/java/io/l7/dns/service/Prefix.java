package io.l7.dns.service;

import java.net.InetAddress;
import java.util.Arrays;

/**
 * An address prefix in CIDR form.
 *
 * @param length bits, 0 to 32 or 128
 */
public record Prefix(InetAddress address, int length) {
  /**
   * Reads {@code 10.0.0.0/8}, {@code 2001:db8::/32} or a single address.
   *
   * @throws IllegalArgumentException if it is neither
   */
  public static Prefix parse(String text) {
    int slash = text.indexOf('/');
    InetAddress address = InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash));
    int bits = address.getAddress().length * 8;
    int length = slash < 0 ? bits : Integer.parseInt(text.substring(slash + 1));
    if (length < 0 || length > bits) {
      throw new IllegalArgumentException("prefix length of " + text);
    }
    return new Prefix(address, length);
  }

  public boolean contains(InetAddress other) {
    byte[] mine = address.getAddress();
    byte[] theirs = other.getAddress();
    if (mine.length != theirs.length) {
      return false;
    }
    int whole = length / 8;
    if (!Arrays.equals(mine, 0, whole, theirs, 0, whole)) {
      return false;
    }
    int rest = length % 8;
    return rest == 0 || ((mine[whole] ^ theirs[whole]) & (0xff00 >> rest) & 0xff) == 0;
  }
}
