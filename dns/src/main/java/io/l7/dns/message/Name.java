package io.l7.dns.message;

import java.util.Arrays;

/**
 * A fully qualified domain name (RFC 1035 §3.1): at most 255 octets, labels of 1 to 63 octets, kept
 * in uncompressed wire form with the letter case it arrived in. Equality and hash ignore ASCII
 * case; {@link #compareTo} is the canonical order of RFC 4034 §6.1. Immutable and safe to share.
 */
public final class Name implements Comparable<Name> {
  /** Octets of the longest name, root label included (RFC 1035 §2.3.4). */
  public static final int MAX_OCTETS = 255;

  /** Octets of the longest label (RFC 1035 §2.3.4). */
  public static final int MAX_LABEL = 63;

  private static final byte[] LOWER = lowerTable();

  /** The root of the tree. */
  public static final Name ROOT = new Name(new byte[] {0});

  private final byte[] wire;
  private final int labels;
  private final int hash;

  private Name(byte[] wire) {
    this.wire = wire;
    int count = 0;
    for (int at = 0; wire[at] != 0; at += wire[at] + 1) {
      count++;
    }
    this.labels = count;
    int h = 1;
    for (byte b : wire) {
      h = 31 * h + LOWER[b & 0xff];
    }
    this.hash = h;
  }

  /**
   * Reads a name in presentation form ({@code www.example.}, {@code \046}, {@code \.}); a missing
   * final dot is supplied.
   *
   * @throws IllegalArgumentException if a label is empty or too long, the name is too long, or an
   *     escape is broken
   */
  public static Name parse(String text) {
    return text.equals(".") || text.isEmpty() ? ROOT : checked(NameText.wire(text));
  }

  /**
   * A name from its uncompressed wire form, which must be exactly the whole array.
   *
   * @throws IllegalArgumentException if the bytes are not one well-formed name
   */
  public static Name ofWire(byte[] wire) {
    int at = 0;
    while (at < wire.length && wire[at] != 0) {
      if (wire[at] < 0 || wire[at] > MAX_LABEL) {
        throw new IllegalArgumentException("label length " + (wire[at] & 0xff));
      }
      at += wire[at] + 1;
    }
    if (at != wire.length - 1) {
      throw new IllegalArgumentException("not one whole name");
    }
    return checked(wire.clone());
  }

  /** A name from a wire form the caller has built and checked, and will not touch again. */
  static Name trusted(byte[] wire) {
    return wire.length == 1 ? ROOT : new Name(wire);
  }

  private static Name checked(byte[] wire) {
    if (wire.length > MAX_OCTETS) {
      throw new IllegalArgumentException("name longer than 255 octets");
    }
    return trusted(wire);
  }

  private static byte[] lowerTable() {
    var table = new byte[256];
    for (int i = 0; i < 256; i++) {
      table[i] = (byte) (i >= 'A' && i <= 'Z' ? i + 32 : i);
    }
    return table;
  }

  /** The ASCII lower case of an octet. */
  public static byte lower(byte octet) {
    return LOWER[octet & 0xff];
  }

  /** Number of labels, the root not counted; a wildcard's asterisk counts. */
  public int labels() {
    return labels;
  }

  /** Octets of the uncompressed wire form, root label included. */
  public int wireLength() {
    return wire.length;
  }

  /** A copy of the uncompressed wire form in the case it was given. */
  public byte[] toWire() {
    return wire.clone();
  }

  /**
   * Copies the uncompressed wire form into {@code target} at {@code offset}; returns the number of
   * octets.
   */
  public int copyTo(byte[] target, int offset) {
    System.arraycopy(wire, 0, target, offset, wire.length);
    return wire.length;
  }

  byte[] wireInPlace() {
    return wire;
  }

  /** The octets of label {@code index}, 0 being the leftmost. */
  public byte[] label(int index) {
    int at = offsetOf(index);
    return Arrays.copyOfRange(wire, at + 1, at + 1 + wire[at]);
  }

  /** The octet offset in the wire form where label {@code index} starts. */
  int offsetOf(int index) {
    if (index < 0 || index > labels) {
      throw new IndexOutOfBoundsException(index);
    }
    int at = 0;
    for (int i = 0; i < index; i++) {
      at += wire[at] + 1;
    }
    return at;
  }

  public boolean isRoot() {
    return labels == 0;
  }

  /** Whether the leftmost label is a single asterisk (RFC 4592 §2.1.1). */
  public boolean isWildcard() {
    return wire.length > 2 && wire[0] == 1 && wire[1] == '*';
  }

  /** The name without its leftmost label; the root's parent is the root. */
  public Name parent() {
    return labels == 0 ? this : last(labels - 1);
  }

  /** The name made of the last {@code count} labels. */
  public Name last(int count) {
    if (count == labels) {
      return this;
    }
    return trusted(Arrays.copyOfRange(wire, offsetOf(labels - count), wire.length));
  }

  /**
   * This name with one label before it.
   *
   * @throws IllegalArgumentException if the label is not 1 to 63 octets or the name gets too long
   */
  public Name child(byte[] label) {
    if (label.length == 0 || label.length > MAX_LABEL) {
      throw new IllegalArgumentException("label of " + label.length + " octets");
    }
    var longer = new byte[wire.length + label.length + 1];
    longer[0] = (byte) label.length;
    System.arraycopy(label, 0, longer, 1, label.length);
    System.arraycopy(wire, 0, longer, label.length + 1, wire.length);
    return checked(longer);
  }

  /** {@code *.} before this name. */
  public Name wildcard() {
    return child(new byte[] {'*'});
  }

  /** Whether this name equals {@code other} or lies below it. */
  public boolean isSubdomainOf(Name other) {
    if (labels < other.labels || wire.length < other.wire.length) {
      return false;
    }
    int at = offsetOf(labels - other.labels);
    return wire.length - at == other.wire.length && equalFrom(at, other);
  }

  /** Whether this name lies below {@code other} and is not equal to it. */
  public boolean isBelow(Name other) {
    return labels > other.labels && isSubdomainOf(other);
  }

  private boolean equalFrom(int at, Name other) {
    for (int i = 0; i < other.wire.length; i++) {
      if (LOWER[wire[at + i] & 0xff] != LOWER[other.wire[i] & 0xff]) {
        return false;
      }
    }
    return true;
  }

  /** Number of labels at the end that this name and {@code other} share. */
  public int commonLabels(Name other) {
    int most = Math.min(labels, other.labels);
    for (int n = most; n > 0; n--) {
      int a = offsetOf(labels - n);
      int b = other.offsetOf(other.labels - n);
      if (wire.length - a == other.wire.length - b && last(n).equals(other.last(n))) {
        return n;
      }
    }
    return 0;
  }

  /**
   * This name with its ending {@code from} replaced by {@code to}, as a DNAME does (RFC 6672 §2.2).
   *
   * @throws IllegalArgumentException if this name is not below {@code from} or the result is too
   *     long
   */
  public Name replaceEnding(Name from, Name to) {
    if (!isSubdomainOf(from)) {
      throw new IllegalArgumentException(this + " is not below " + from);
    }
    int keep = wire.length - from.wire.length;
    var result = new byte[keep + to.wire.length];
    System.arraycopy(wire, 0, result, 0, keep);
    System.arraycopy(to.wire, 0, result, keep, to.wire.length);
    return checked(result);
  }

  /** This name in lower case, the canonical form of RFC 4034 §6.2. */
  public Name toLowerCase() {
    var lower = new byte[wire.length];
    boolean same = true;
    for (int i = 0; i < wire.length; i++) {
      lower[i] = LOWER[wire[i] & 0xff];
      same &= lower[i] == wire[i];
    }
    return same ? this : new Name(lower);
  }

  /** Equality that also compares letter case, as 0x20 needs. */
  public boolean equalsExactly(Name other) {
    return Arrays.equals(wire, other.wire);
  }

  /**
   * Canonical order of RFC 4034 §6.1: by labels from the right, each as lower-case octets, the
   * shorter first.
   */
  @Override
  public int compareTo(Name other) {
    int most = Math.min(labels, other.labels);
    for (int n = 1; n <= most; n++) {
      int a = offsetOf(labels - n);
      int b = other.offsetOf(other.labels - n);
      int shorter = Math.min(wire[a], other.wire[b]);
      for (int i = 1; i <= shorter; i++) {
        int difference =
            (LOWER[wire[a + i] & 0xff] & 0xff) - (LOWER[other.wire[b + i] & 0xff] & 0xff);
        if (difference != 0) {
          return difference;
        }
      }
      if (wire[a] != other.wire[b]) {
        return wire[a] - other.wire[b];
      }
    }
    return labels - other.labels;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Name name
        && name.hash == hash
        && name.wire.length == wire.length
        && equalFrom(0, name);
  }

  @Override
  public int hashCode() {
    return hash;
  }

  /** Presentation form with the final dot (RFC 1035 §5.1). */
  @Override
  public String toString() {
    return NameText.of(wire);
  }
}
