package io.l7.common.net;

import io.l7.common.framing.LineEnds;
import io.l7.common.framing.WireException.Malformed;
import io.l7.common.framing.WireException.Truncated;
import io.l7.common.framing.WireReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;

/**
 * The PROXY protocol, versions 1 and 2, as its receivers read it (haproxy, proxy-protocol.txt §2).
 * Taken from trusted addresses only, and there demanded.
 */
public final class ProxyProtocol {
  /** §2.1: the longest line of version 1, CR LF included. */
  private static final int V1_MAX = 107;

  /** Octets behind the header of version 2 that we read: addresses and a reasonable set of TLVs. */
  private static final int V2_MAX = 2048;

  private static final byte[] V2_SIGNATURE = {
    0x0d, 0x0a, 0x0d, 0x0a, 0x00, 0x0d, 0x0a, 0x51, 0x55, 0x49, 0x54, 0x0a
  };

  private ProxyProtocol() {}

  static void read(Connection connection, Duration limit) throws IOException {
    try (var _ = connection.within(limit, "PROXY header")) {
      parse(connection.in()).ifPresent(connection::peer);
    }
  }

  /**
   * Takes one header.
   *
   * @return the client that the proxy names; empty for LOCAL and UNKNOWN, where the proxy speaks
   *     for itself
   */
  public static Optional<InetSocketAddress> parse(WireReader in) throws IOException {
    int first = in.peek();
    if (first == 'P') return v1(in);
    if (first == 0x0d) return v2(in);
    throw first < 0
        ? new Truncated("a PROXY header")
        : new Malformed("no PROXY header from a trusted proxy");
  }

  private static Optional<InetSocketAddress> v1(WireReader in) throws IOException {
    var line =
        in.line(V1_MAX, LineEnds.STRICT)
            .orElseThrow(() -> new Truncated("a PROXY header"))
            .latin1();
    var words = line.split(" ", -1);
    if (words.length >= 2 && words[0].equals("PROXY") && words[1].equals("UNKNOWN"))
      return Optional.empty();
    if (words.length != 6 || !words[0].equals("PROXY")) throw malformed(line);
    var source = new InetSocketAddress(address(words[1], words[2], line), port(words[4], line));
    // The destination is ours already; but a header that names none is not one.
    var _ = new InetSocketAddress(address(words[1], words[3], line), port(words[5], line));
    return Optional.of(source);
  }

  /** An address in its canonical text alone; never a name that somebody would have to look up. */
  private static InetAddress address(String family, String text, String line) throws Malformed {
    try {
      var address = InetAddress.ofLiteral(text);
      boolean sound =
          switch (family) {
            case "TCP4" -> address.getHostAddress().equals(text);
            case "TCP6" -> text.indexOf(':') >= 0 && text.indexOf('%') < 0;
            default -> false;
          };
      if (sound) return address;
    } catch (IllegalArgumentException e) {
      // said below
    }
    throw malformed(line);
  }

  private static int port(String text, String line) throws Malformed {
    boolean digits =
        !text.isEmpty() && text.length() <= 5 && text.chars().allMatch(c -> c >= '0' && c <= '9');
    if (!digits || Integer.parseInt(text) > 0xffff) throw malformed(line);
    return Integer.parseInt(text);
  }

  private static Malformed malformed(String line) {
    return new Malformed("PROXY header '" + line + "'");
  }

  private static Optional<InetSocketAddress> v2(WireReader in) throws IOException {
    var header = new byte[16];
    in.readFully(header);
    if (!Arrays.equals(header, 0, 12, V2_SIGNATURE, 0, 12)) throw new Malformed("PROXY signature");
    if ((header[12] & 0xf0) != 0x20) throw new Malformed("PROXY version");
    int length = ((header[14] & 0xff) << 8) | (header[15] & 0xff);
    if (length > V2_MAX) throw new Malformed("PROXY header of " + length + " octets");
    var rest = new byte[length];
    in.readFully(rest);
    return switch (header[12] & 0x0f) {
      case 0 -> Optional.empty(); // LOCAL: a health check of the proxy's own
      case 1 ->
          switch (header[13] & 0xf0) {
            case 0x10 -> Optional.of(source(rest, 4));
            case 0x20 -> Optional.of(source(rest, 16));
            default -> Optional.empty(); // §2.2: other families are to be taken as unspecified
          };
      default -> throw new Malformed("PROXY command");
    };
  }

  private static InetSocketAddress source(byte[] rest, int octets) throws IOException {
    if (rest.length < 2 * octets + 4) throw new Malformed("PROXY addresses cut short");
    int at = 2 * octets;
    int port = ((rest[at] & 0xff) << 8) | (rest[at + 1] & 0xff);
    return new InetSocketAddress(InetAddress.getByAddress(Arrays.copyOf(rest, octets)), port);
  }
}
