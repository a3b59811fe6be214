package io.l7.bittorrent.metainfo;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** The two digests of BitTorrent. */
public final class Digests {
  private Digests() {}

  /** A fresh SHA-1: the digest of pieces (BEP 3). */
  public static MessageDigest sha1() {
    return digest("SHA-1");
  }

  /** A fresh SHA-256: the digest of version 2 (BEP 52). */
  public static MessageDigest sha256() {
    return digest("SHA-256");
  }

  private static MessageDigest digest(String name) {
    try {
      return MessageDigest.getInstance(name);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has " + name, e);
    }
  }
}
