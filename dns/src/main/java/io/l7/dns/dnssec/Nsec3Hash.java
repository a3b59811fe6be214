package io.l7.dns.dnssec;

import io.l7.dns.message.Name;
import java.util.Arrays;

/**
 * The iterated, salted SHA-1 of RFC 5155 §5 and its base32hex label. The caller bounds iterations
 * before asking (RFC 9276 §3.2): the cost is one SHA-1 an iteration.
 */
public final class Nsec3Hash {
  /** The only hash algorithm there is: SHA-1. */
  public static final int SHA1 = 1;

  private static final String ALPHABET = "0123456789abcdefghijklmnopqrstuv";

  private Nsec3Hash() {}

  /** IH(salt, x, k) of RFC 5155 §5: 20 octets. */
  public static byte[] hash(Name name, int iterations, byte[] salt) {
    var sha1 = DigestType.SHA1.digest();
    sha1.update(name.toLowerCase().toWire());
    byte[] hash = sha1.digest(salt);
    for (int i = 0; i < iterations; i++) {
      sha1.update(hash);
      hash = sha1.digest(salt);
    }
    return hash;
  }

  /** base32hex without padding, lower case (RFC 5155 §1.3). */
  public static String label(byte[] hash) {
    var out = new StringBuilder((hash.length * 8 + 4) / 5);
    int bits = 0;
    int held = 0;
    for (byte b : hash) {
      held = held << 8 | (b & 0xff);
      bits += 8;
      while (bits >= 5) {
        bits -= 5;
        out.append(ALPHABET.charAt((held >>> bits) & 31));
      }
    }
    if (bits > 0) {
      out.append(ALPHABET.charAt((held << (5 - bits)) & 31));
    }
    return out.toString();
  }

  /** The hash in a base32hex label, or an empty array when the label is not base32hex. */
  public static byte[] parseLabel(String label) {
    var out = new byte[label.length() * 5 / 8];
    int bits = 0;
    int held = 0;
    int at = 0;
    for (int i = 0; i < label.length(); i++) {
      int digit = ALPHABET.indexOf(Character.toLowerCase(label.charAt(i)));
      if (digit < 0) {
        return new byte[0];
      }
      held = held << 5 | digit;
      bits += 5;
      if (bits >= 8) {
        bits -= 8;
        out[at++] = (byte) (held >>> bits);
      }
    }
    return Arrays.copyOf(out, at);
  }
}
