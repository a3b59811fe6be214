package io.l7.bittorrent.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/** The 20 bytes by which a peer names itself (BEP 3, in the fashion of BEP 20). */
public final class PeerId {
  /** Length in bytes. */
  public static final int LENGTH = 20;

  /** How ours begin: L7, version 0.1. */
  public static final String PREFIX = "-L70100-";

  private final byte[] bytes;

  private PeerId(byte[] bytes) {
    if (bytes.length != LENGTH) {
      throw new IllegalArgumentException("a peer id has 20 bytes, not " + bytes.length);
    }
    this.bytes = bytes;
  }

  /** A copy of these 20 bytes. */
  public static PeerId of(byte[] bytes) {
    return new PeerId(bytes.clone());
  }

  /** A fresh one: {@value #PREFIX} and twelve random characters. */
  public static PeerId random(RandomGenerator random) {
    var bytes = Arrays.copyOf(PREFIX.getBytes(StandardCharsets.US_ASCII), LENGTH);
    for (int i = PREFIX.length(); i < LENGTH; i++) {
      bytes[i] = (byte) Character.forDigit(random.nextInt(36), 36);
    }
    return new PeerId(bytes);
  }

  /** A copy of the bytes. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** The client as its id tells it, such as {@code L7 0100}; the first characters otherwise. */
  public String client() {
    var text = new String(bytes, 0, 8, StandardCharsets.ISO_8859_1);
    boolean azureus = text.charAt(0) == '-' && text.charAt(7) == '-';
    var shown = azureus ? text.substring(1, 3) + " " + text.substring(3, 7) : text;
    return shown.replaceAll("[^\\x20-\\x7e]", ".");
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof PeerId that && Arrays.equals(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(bytes);
  }

  @Override
  public String toString() {
    return new String(bytes, StandardCharsets.ISO_8859_1).replaceAll("[^\\x20-\\x7e]", ".");
  }
}
