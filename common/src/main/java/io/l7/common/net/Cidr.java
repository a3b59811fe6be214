package io.l7.common.net;

import io.l7.common.units.AddressText;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** A block of addresses, {@code 10.0.0.0/8} or {@code ::1}. Bits behind the prefix are ignored. */
public final class Cidr {
  /** The addresses of the machine itself: 127.0.0.0/8 and ::1. */
  public static final List<Cidr> LOOPBACK = List.of(parse("127.0.0.0/8"), parse("::1/128"));

  private static final int CLIENT_BITS = 64;

  private final byte[] network;
  private final int prefix;

  private Cidr(byte[] network, int prefix) {
    this.network = network;
    this.prefix = prefix;
  }

  /**
   * Parses {@code ADDRESS} or {@code ADDRESS/BITS}.
   *
   * @throws IllegalArgumentException with what is wrong
   */
  public static Cidr parse(String text) {
    int slash = text.indexOf('/');
    var address = slash < 0 ? text : text.substring(0, slash);
    try {
      byte[] octets = InetAddress.ofLiteral(address).getAddress();
      int bits = slash < 0 ? octets.length * 8 : Integer.parseInt(text.substring(slash + 1));
      if (bits < 0 || bits > octets.length * 8) throw new NumberFormatException();
      return new Cidr(octets, bits);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "'" + text + "' is not an address block such as 10.0.0.0/8", e);
    }
  }

  /**
   * The block that begins with the first bits of an address.
   *
   * @param bits 0 to the address's own
   */
  public static Cidr of(InetAddress address, int bits) {
    byte[] octets = address.getAddress();
    Objects.checkIndex(bits, octets.length * 8 + 1);
    return new Cidr(octets, bits);
  }

  /**
   * Whom limits count as one client: an IPv4 address, or a /64 of IPv6, which is the least that a
   * subscriber gets (RFC 6177 §2) and has more addresses than any table.
   */
  public static Cidr ofClient(InetAddress address) {
    byte[] octets = address.getAddress();
    if (octets.length == 4) return new Cidr(octets, 32);
    Arrays.fill(octets, CLIENT_BITS / 8, octets.length, (byte) 0);
    return new Cidr(octets, CLIENT_BITS);
  }

  /** Whether {@code address} is in the block. */
  public boolean contains(InetAddress address) {
    byte[] octets = address.getAddress();
    if (octets.length != network.length) return false;
    int whole = prefix / 8;
    for (int i = 0; i < whole; i++) if (octets[i] != network[i]) return false;
    int rest = prefix % 8;
    return rest == 0 || ((octets[whole] ^ network[whole]) & (0xff00 >> rest) & 0xff) == 0;
  }

  /** Bits of the prefix. */
  public int bits() {
    return prefix;
  }

  /**
   * The first bits that {@code address} has in common with the block, {@link #bits} at most; -1 for
   * another family.
   */
  public int commonBits(InetAddress address) {
    byte[] octets = address.getAddress();
    if (octets.length != network.length) return -1;
    for (int i = 0; i < prefix; i++) {
      if (((octets[i / 8] ^ network[i / 8]) & (0x80 >> (i % 8))) != 0) return i;
    }
    return prefix;
  }

  /** Whether any of {@code blocks} has {@code address}. */
  public static boolean anyContains(List<Cidr> blocks, InetAddress address) {
    for (var block : blocks) if (block.contains(address)) return true;
    return false;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Cidr cidr
        && prefix == cidr.prefix
        && Arrays.equals(network, cidr.network);
  }

  @Override
  public int hashCode() {
    return 31 * Arrays.hashCode(network) + prefix;
  }

  @Override
  public String toString() {
    try {
      return AddressText.of(InetAddress.getByAddress(network)) + "/" + prefix;
    } catch (UnknownHostException e) {
      throw new AssertionError(e); // the length is 4 or 16
    }
  }
}
