package io.l7.http.message;

import io.l7.common.idna.Idna;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Names of hosts beyond ASCII as the DNS and the wire know them: by A-labels, {@code xn--...}. */
final class HostLabels {
  private static final String PERCENT_ENCODED = "%[89A-Fa-f][0-9A-Fa-f]";
  private static final int LONGEST_NAME = 253; // RFC 1035 §2.3.4, as text

  private HostLabels() {}

  /** Whether a host as it stands in a URI is a name beyond ASCII, encoded or not. */
  static boolean isBeyondAscii(String host) {
    return host.chars().anyMatch(c -> c > 0x7f)
        || (host.indexOf('%') >= 0 && host.replaceAll(PERCENT_ENCODED, "").indexOf('%') < 0);
  }

  /**
   * The name in ASCII.
   *
   * @throws IllegalArgumentException it has none
   */
  static String toAscii(String host) {
    String name = decoded(host);
    String ascii;
    try {
      ascii = Idna.toAscii(name);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "the host " + name + " has no name in ASCII: " + e.getMessage(), e);
    }
    if (ascii.length() > LONGEST_NAME || !isHost(ascii)) {
      throw new IllegalArgumentException("the host " + name + " is none in ASCII: " + ascii);
    }
    return ascii;
  }

  private static boolean isHost(String ascii) {
    try {
      return URI.create("http://" + ascii + "/").getHost() != null;
    } catch (IllegalArgumentException _) {
      return false;
    }
  }

  // RFC 3986 §3.2.2: a name is encoded by UTF-8.
  private static String decoded(String host) {
    byte[] octets = new byte[host.length() * 3];
    int count = 0;
    for (int i = 0; i < host.length(); ) {
      if (host.charAt(i) == '%') {
        octets[count++] = (byte) Integer.parseInt(host, i + 1, i + 3, 16);
        i += 3;
      } else {
        int end = host.offsetByCodePoints(i, 1);
        byte[] plain = host.substring(i, end).getBytes(StandardCharsets.UTF_8);
        System.arraycopy(plain, 0, octets, count, plain.length);
        count += plain.length;
        i = end;
      }
    }
    try {
      return StandardCharsets.UTF_8
          .newDecoder()
          .decode(ByteBuffer.wrap(octets, 0, count))
          .toString();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("the host " + host + " is not in UTF-8", e);
    }
  }
}
