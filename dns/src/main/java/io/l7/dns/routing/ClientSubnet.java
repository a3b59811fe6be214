package io.l7.dns.routing;

import io.l7.dns.message.EdnsOption;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;

/** The client subnet option (RFC 7871 §6) of a query, and its answer. */
public record ClientSubnet(int family, int sourceBits, InetAddress address) {
  /** The option's code. */
  public static final int CODE = 8;

  private static final int FIXED = 4;

  /** Reads the option; empty when it is malformed. */
  public static Optional<ClientSubnet> of(EdnsOption option) {
    byte[] data = option.data();
    if (data.length < FIXED) {
      return Optional.empty();
    }
    int family = (data[0] & 0xff) << 8 | (data[1] & 0xff);
    int bits = data[2] & 0xff;
    int size = family == 1 ? 4 : 16;
    boolean sound =
        (family == 1 || family == 2) && bits <= size * 8 && data.length == FIXED + (bits + 7) / 8;
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
