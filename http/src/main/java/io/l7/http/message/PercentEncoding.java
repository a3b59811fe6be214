package io.l7.http.message;

import java.util.HexFormat;

/** Octets as they may stand in a URI (RFC 3986 §2.1), with digits in upper case. Pure. */
public final class PercentEncoding {
  private static final HexFormat HEX = HexFormat.of().withUpperCase();

  /** RFC 3986 §2.3, beside letters and digits. */
  private static final String UNRESERVED = "-._~";

  private PercentEncoding() {}

  /** Encodes all but unreserved characters. */
  public static String of(byte[] octets) {
    return of(octets, "");
  }

  /**
   * Encodes all but unreserved characters and some more.
   *
   * @param plain the others that stay, in ASCII
   */
  public static String of(byte[] octets, String plain) {
    var encoded = new StringBuilder(octets.length);
    for (byte octet : octets) {
      char c = (char) (octet & 0xff);
      if (c < 0x80 && Character.isLetterOrDigit(c)
          || UNRESERVED.indexOf(c) >= 0
          || plain.indexOf(c) >= 0) {
        encoded.append(c);
      } else {
        encoded.append('%').append(HEX.toHexDigits(octet));
      }
    }
    return encoded.toString();
  }
}
