package io.l7.bittorrent.metainfo;

import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;

/**
 * The 20 bytes that name a torrent: SHA-1 over the raw info dictionary (BEP 3), or the first 20
 * bytes of its SHA-256 for version 2 (BEP 52).
 */
public final class InfoHash implements Comparable<InfoHash> {
  /** Length in bytes. */
  public static final int LENGTH = 20;

  private final byte[] bytes;

  private InfoHash(byte[] bytes) {
    if (bytes.length != LENGTH) {
      throw new IllegalArgumentException("an info-hash has 20 bytes, not " + bytes.length);
    }
    this.bytes = bytes;
  }

  /** A copy of these 20 bytes. */
  public static InfoHash of(byte[] bytes) {
    return new InfoHash(bytes.clone());
  }

  /** The 20 bytes that begin at {@code offset}. */
  public static InfoHash at(byte[] source, int offset) {
    return new InfoHash(Arrays.copyOfRange(source, offset, offset + LENGTH));
  }

  /** 40 hexadecimal digits, either case. */
  public static InfoHash parse(String hex) {
    return new InfoHash(HexFormat.of().parseHex(hex.toLowerCase(Locale.ROOT)));
  }

  /** SHA-1 of a raw info dictionary. */
  public static InfoHash ofInfo(byte[] rawInfo) {
    return new InfoHash(Digests.sha1().digest(rawInfo));
  }

  /** A copy of the bytes. */
  public byte[] bytes() {
    return bytes.clone();
  }

  /** Copies the bytes to {@code target}. */
  public void copyTo(byte[] target, int offset) {
    System.arraycopy(bytes, 0, target, offset, LENGTH);
  }

  @Override
  public int compareTo(InfoHash other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof InfoHash that && MessageDigest.isEqual(bytes, that.bytes);
  }

  @Override
  public int hashCode() {
    return (bytes[0] & 0xff) << 24
        | (bytes[1] & 0xff) << 16
        | (bytes[2] & 0xff) << 8
        | bytes[3] & 0xff;
  }

  /** 40 hexadecimal digits. */
  @Override
  public String toString() {
    return HexFormat.of().formatHex(bytes);
  }
}
