package io.l7.dns.service;

import io.l7.common.hash.SipHash;
import java.net.InetAddress;
import java.security.MessageDigest;
import java.util.Arrays;

/**
 * DNS cookies of a server (RFC 7873) in the form that all servers of an anycast set can share (RFC
 * 9018): version, time, and SipHash-2-4 of both, the client's cookie and address. Safe for all
 * threads.
 */
public final class Cookies {
  /** Octets of the secret. */
  public static final int SECRET_OCTETS = 16;

  private static final int CLIENT_OCTETS = 8;
  private static final int SERVER_OCTETS = 16;
  private static final int LEAST_SERVER_OCTETS = 8;
  private static final int MOST_SERVER_OCTETS = 32;
  private static final int VERSION = 1;

  /** RFC 9018 §4.3: a cookie counts for an hour, and its clock may be five minutes ahead. */
  private static final long AGE_SECONDS = 3600;

  private static final long AHEAD_SECONDS = 300;

  private final long key0;
  private final long key1;

  /** What a client's cookie is worth. */
  public enum Verdict {
    /** Its server part is ours: the client is where it says it is. */
    GOOD,
    /** A client's part alone, or with one that is not ours or has ended. */
    UNKNOWN,
    /** RFC 7873 §5.2.2: its length is wrong. */
    MALFORMED
  }

  public Cookies(byte[] secret) {
    if (secret.length != SECRET_OCTETS) {
      throw new IllegalArgumentException("a secret of " + secret.length + " octets");
    }
    this.key0 = SipHash.int64(secret, 0);
    this.key1 = SipHash.int64(secret, 8);
  }

  /**
   * Judges the data of a client's COOKIE option.
   *
   * @param now seconds since 1970
   */
  public Verdict check(byte[] data, InetAddress client, long now) {
    int server = data.length - CLIENT_OCTETS;
    if (server < 0 || (server > 0 && server < LEAST_SERVER_OCTETS) || server > MOST_SERVER_OCTETS) {
      return Verdict.MALFORMED;
    }
    if (server != SERVER_OCTETS || data[CLIENT_OCTETS] != VERSION) {
      return Verdict.UNKNOWN;
    }
    long made =
        (data[12] & 0xffL) << 24
            | (data[13] & 0xff) << 16
            | (data[14] & 0xff) << 8
            | (data[15] & 0xff);
    int age = (int) now - (int) made; // RFC 1982 arithmetic
    byte[] ours = make(data, client, made);
    boolean good = age <= AGE_SECONDS && age >= -AHEAD_SECONDS && MessageDigest.isEqual(ours, data);
    return good ? Verdict.GOOD : Verdict.UNKNOWN;
  }

  /** The option's data for an answer: the client's cookie and a fresh one of ours. */
  public byte[] answer(byte[] data, InetAddress client, long now) {
    return make(data, client, now);
  }

  private byte[] make(byte[] data, InetAddress client, long time) {
    byte[] cookie =
        Arrays.copyOf(Arrays.copyOf(data, CLIENT_OCTETS), CLIENT_OCTETS + SERVER_OCTETS);
    cookie[8] = VERSION;
    cookie[12] = (byte) (time >> 24);
    cookie[13] = (byte) (time >> 16);
    cookie[14] = (byte) (time >> 8);
    cookie[15] = (byte) time;
    byte[] address = client.getAddress();
    byte[] hashed = Arrays.copyOf(cookie, 16 + address.length);
    System.arraycopy(address, 0, hashed, 16, address.length);
    long hash = SipHash.of(key0, key1, hashed);
    for (int i = 0; i < 8; i++) {
      cookie[16 + i] = (byte) (hash >>> 8 * i);
    }
    return cookie;
  }
}
