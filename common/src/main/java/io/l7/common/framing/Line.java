package io.l7.common.framing;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The octets of one line without its line end. Immutable. */
public final class Line {
  private final byte[] octets;

  Line(byte[] octets) {
    this.octets = octets;
  }

  /** The length in octets. */
  public int length() {
    return octets.length;
  }

  /** The octet at {@code index}, as 0 to 255. */
  public int octet(int index) {
    return octets[index] & 0xff;
  }

  /** A copy of the octets. */
  public byte[] octets() {
    return octets.clone();
  }

  /**
   * The line with each octet as one character (ISO 8859-1): nothing is lost, nothing is refused.
   */
  public String latin1() {
    return new String(octets, StandardCharsets.ISO_8859_1);
  }

  /** The line as UTF-8; malformed sequences become U+FFFD. */
  public String utf8() {
    return new String(octets, StandardCharsets.UTF_8);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Line line && Arrays.equals(octets, line.octets);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(octets);
  }

  @Override
  public String toString() {
    return latin1();
  }
}
