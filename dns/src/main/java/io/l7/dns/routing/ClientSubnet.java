package io.l7.dns.routing;

import io.l7.dns.message.EdnsOption;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;

/**
 * The client subnet option (RFC 7871 §6) of a query, and its answer.
 *
 * @param family 1 for IPv4, 2 for IPv6, 0 together with 0 bits for "of no use to you"
 * @param sourceBits how much of the client's address the resolver tells
 */
public record ClientSubnet(int family, int sourceBits, InetAddress address) {
  /** The option's code. */
  public static final int CODE = 8;

  private static final int FIXED = 4;

  /**
   * Reads the option of a query; empty when it is malformed: octets too few or too many, bits
   * beyond the source prefix, or a scope, which is the answer's to give.
   */
  public static Optional<ClientSubnet> of(EdnsOption option) {
    byte[] data = option.data();
    if (data.length < FIXED) {
      return Optional.empty();
    }
    int family = (data[0] & 0xff) << 8 | (data[1] & 0xff);
    int bits = data[2] & 0xff;
    int size = family == 2 ? 16 : 4;
    boolean known = family == 1 || family == 2 || (family == 0 && bits == 0);
    boolean sound =
        known
            && data[3] == 0
            && bits <= size * 8
            && data.length == FIXED + (bits + 7) / 8
            && (bits % 8 == 0 || (data[data.length - 1] & (0xff >> (bits % 8))) == 0);
    if (!sound) {
      return Optional.empty();
    }
    try {
      byte[] address = Arrays.copyOf(Arrays.copyOfRange(data, FIXED, data.length), size);
      return Optional.of(new ClientSubnet(family, bits, InetAddress.getByAddress(address)));
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e); // the length is 4 or 16
    }
  }

  /**
   * The option of the answer.
   *
   * @param scopeBits how much of the subnet the answer holds for; 0 for everyone
   */
  public EdnsOption answer(int scopeBits) {
    int octets = (sourceBits + 7) / 8;
    byte[] data =
        Arrays.copyOf(
            new byte[] {0, (byte) family, (byte) sourceBits, (byte) scopeBits}, FIXED + octets);
    System.arraycopy(address.getAddress(), 0, data, FIXED, octets);
    return new EdnsOption(CODE, data);
  }
}
