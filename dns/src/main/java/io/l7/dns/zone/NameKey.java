package io.l7.dns.zone;

import io.l7.dns.message.Name;
import java.util.Arrays;

/**
 * A name below a zone's apex as octets whose unsigned order is the canonical order of RFC 4034
 * §6.1: labels from the apex down, in lower case, each ended by 00; 00 and 01 inside a label become
 * 01 01 and 01 02. The apex is the empty key, and a name lies below another when its key starts
 * with the other's.
 */
final class NameKey {
  static final byte[] APEX = {};
  private static final byte END = 0;
  private static final byte ESCAPE = 1;

  private NameKey() {}

  /** The key of a name at or below an apex of {@code apexLabels} labels. */
  static byte[] of(Name name, int apexLabels) {
    byte[] wire = name.toWire();
    int below = name.labels() - apexLabels;
    if (below <= 0) {
      return APEX;
    }
    int[] starts = new int[below];
    int at = 0;
    for (int i = 0; i < below; i++) {
      starts[i] = at;
      at += 1 + wire[at];
    }
    var key = new byte[2 * at];
    int length = 0;
    for (int i = below - 1; i >= 0; i--) {
      int end = starts[i] + 1 + wire[starts[i]];
      for (int from = starts[i] + 1; from < end; from++) {
        byte octet = Name.lower(wire[from]);
        if (octet == END || octet == ESCAPE) {
          key[length++] = ESCAPE;
          octet++;
        }
        key[length++] = octet;
      }
      key[length++] = END;
    }
    return Arrays.copyOf(key, length);
  }

  /** The name, in lower case below the apex. */
  static Name toName(byte[] key, Name apex) {
    var wire = new byte[key.length + apex.wireLength()];
    int at = key.length;
    int used = 0;
    for (int from = 0; from < key.length; ) {
      int to = from;
      int octets = 0;
      while (key[to] != END) {
        to += key[to] == ESCAPE ? 2 : 1;
        octets++;
      }
      at -= octets + 1;
      used += octets + 1;
      wire[at] = (byte) octets;
      int write = at + 1;
      for (int i = from; i < to; i++) {
        wire[write++] = key[i] == ESCAPE ? (byte) (key[++i] - 1) : key[i];
      }
      from = to + 1;
    }
    apex.copyTo(wire, key.length);
    return Name.ofWire(Arrays.copyOfRange(wire, at, at + used + apex.wireLength()));
  }

  static boolean isAtOrBelow(byte[] key, byte[] ancestor) {
    return key.length >= ancestor.length
        && Arrays.equals(key, 0, ancestor.length, ancestor, 0, ancestor.length);
  }

  /** How much of the key its first {@code labels} labels take. */
  static int prefix(byte[] key, int labels) {
    int at = 0;
    for (int i = 0; i < labels; i++) {
      while (key[at++] != END) {}
    }
    return at;
  }

  static int labels(byte[] key) {
    int count = 0;
    for (byte b : key) {
      if (b == END) {
        count++;
      }
    }
    return count;
  }

  /** The labels that two keys have in common, counted from the apex. */
  static int commonLabels(byte[] a, byte[] b) {
    int difference = Arrays.mismatch(a, b);
    int end = difference < 0 ? a.length : difference;
    int count = 0;
    for (int i = 0; i < end; i++) {
      if (a[i] == END) {
        count++;
      }
    }
    return count;
  }

  /** The key of {@code *} below this one. */
  static byte[] wildcard(byte[] key) {
    byte[] child = Arrays.copyOf(key, key.length + 2);
    child[key.length] = '*';
    return child;
  }
}
