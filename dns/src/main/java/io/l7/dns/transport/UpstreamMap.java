package io.l7.dns.transport;

import io.l7.common.disk.TextFile;
import io.l7.common.net.Endpoint;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/**
 * Where to dial for a name server's address. Only the dialled address changes; everything else goes
 * on speaking of the server's own. An address without an entry is dialled as it is.
 */
public record UpstreamMap(Map<InetAddress, InetSocketAddress> targets, int port) {
  /** The port of name servers (RFC 1035 §4.2). */
  public static final int DNS_PORT = 53;

  public UpstreamMap {
    targets = Map.copyOf(targets);
  }

  public static UpstreamMap none() {
    return new UpstreamMap(Map.of(), DNS_PORT);
  }

  /** The same with one more entry. */
  public UpstreamMap with(InetAddress server, InetSocketAddress target) {
    var more = new HashMap<>(targets);
    more.put(server, target);
    return new UpstreamMap(more, port);
  }

  /** Whether an entry for a server would change where another one is found. */
  public boolean isFreeFor(InetAddress server, InetSocketAddress target) {
    InetSocketAddress present = targets.get(server);
    return present == null || present.equals(target);
  }

  /**
   * An address of loopback without an entry for another target, to speak of a server whose own is
   * taken by one on another port: 127, the port's two octets, a number.
   */
  public InetAddress standIn(InetSocketAddress target) {
    int port = target.getPort();
    for (int i = 1; ; i++) {
      InetAddress address =
          InetAddress.ofLiteral("127." + (port >> 8) + "." + (port & 0xff) + "." + i);
      if (isFreeFor(address, target)) {
        return address;
      }
    }
  }

  /**
   * Reads lines {@code IP HOST:PORT}; empty lines and what follows a {@code #} or {@code ;} are
   * skipped.
   *
   * @throws IOException if the file cannot be read or a line is wrong, which is named
   */
  public static UpstreamMap read(Path file) throws IOException {
    var targets = new HashMap<InetAddress, InetSocketAddress>();
    int number = 0;
    for (String line : TextFile.lines(file)) {
      number++;
      String plain = line.replaceAll("[#;].*$", "").trim();
      if (plain.isEmpty()) {
        continue;
      }
      String[] words = plain.split("\\s+", 3);
      try {
        if (words.length != 2) {
          throw new IllegalArgumentException("'" + plain + "' is not IP HOST:PORT");
        }
        targets.put(InetAddress.ofLiteral(words[0]), Endpoint.parse(words[1]).toSocketAddress());
      } catch (IllegalArgumentException e) {
        throw new IOException(file + ":" + number + ": " + e.getMessage(), e);
      }
    }
    return new UpstreamMap(targets, DNS_PORT);
  }

  InetSocketAddress target(InetAddress server) {
    InetSocketAddress mapped = targets.get(server);
    return mapped != null ? mapped : new InetSocketAddress(server, port);
  }
}
