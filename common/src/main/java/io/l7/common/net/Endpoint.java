package io.l7.common.net;

import io.l7.common.units.AddressText;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/**
 * A host and a port as people write them: {@code mail.example:25}, {@code 127.0.0.1:0}, {@code
 * [::1]:53}.
 *
 * @param host a name or an address, without brackets
 * @param port 0 to 65535; 0 asks for any free port
 */
public record Endpoint(String host, int port) {
  public Endpoint {
    if (host.isEmpty()) throw new IllegalArgumentException("no host");
    if (port < 0 || port > 0xffff)
      throw new IllegalArgumentException("port " + port + " is not 0 to 65535");
  }

  /**
   * Parses {@code HOST:PORT}.
   *
   * @throws IllegalArgumentException with what is wrong, fit to be shown to the user
   */
  public static Endpoint parse(String text) {
    int colon = text.lastIndexOf(':');
    if (colon < 0) throw new IllegalArgumentException("'" + text + "' is not HOST:PORT");
    return of(text.substring(0, colon), text.substring(colon + 1), text);
  }

  /** Parses {@code HOST} or {@code HOST:PORT}; a bare IPv6 address is a host. */
  public static Endpoint parse(String text, int defaultPort) {
    int colon = text.lastIndexOf(':');
    boolean bareHost =
        colon < 0 || text.endsWith("]") || (text.indexOf(':') != colon && !text.startsWith("["));
    return bareHost ? of(text, Integer.toString(defaultPort), text) : parse(text);
  }

  private static Endpoint of(String host, String port, String text) {
    if (host.startsWith("[") && host.endsWith("]")) host = host.substring(1, host.length() - 1);
    else if (host.indexOf(':') >= 0 && text.lastIndexOf(':') == host.length()) {
      throw new IllegalArgumentException("'" + text + "': write an IPv6 address as [ADDRESS]:PORT");
    }
    if (host.isEmpty()) throw new IllegalArgumentException("'" + text + "' has no host");
    if (port.isEmpty() || port.length() > 5 || !port.chars().allMatch(c -> c >= '0' && c <= '9')) {
      throw new IllegalArgumentException(
          "'" + text + "': the port is not a number from 0 to 65535");
    }
    return new Endpoint(host, Integer.parseInt(port));
  }

  /** The endpoint of a socket's address; a literal, never a looked-up name. */
  public static Endpoint of(InetSocketAddress address) {
    var literal = address.getAddress();
    return new Endpoint(
        literal == null ? address.getHostString() : AddressText.of(literal), address.getPort());
  }

  /** The address that the host is; empty for a name, which needs a look-up. */
  public Optional<InetAddress> literal() {
    return AddressLiteral.of(host);
  }

  /**
   * The socket address; a name is looked up by the machine's resolver.
   *
   * @throws UnknownHostException the name has no address
   */
  public InetSocketAddress toSocketAddress() throws UnknownHostException {
    return new InetSocketAddress(InetAddress.getByName(host), port);
  }

  /** The same host with another port. */
  public Endpoint withPort(int other) {
    return new Endpoint(host, other);
  }

  @Override
  public String toString() {
    return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
  }
}
