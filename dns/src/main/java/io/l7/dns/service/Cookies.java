package io.l7.dns.service;

import io.l7.common.hash.SipHash;
import io.l7.common.net.AddressBits;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.net.InetAddress;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * DNS cookies of a server (RFC 7873) in the form that all servers of an anycast set can share (RFC
 * 9018): version, time, and SipHash-2-4 of both, the client's cookie and address. Safe for all
 * threads.
 */
public final class Cookies {
  /** Octets of the secret. */
  public static final int SECRET_OCTETS = 16;

  /** Octets of a whole cookie of ours, the client's part included. */
  static final int OCTETS = 24;

  /** Octets that making a cookie needs to work in. */
  static final int SCRATCH = 32;

  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONG_AS_WRITTEN =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int HASH_AT = 16;

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
    return check(
        data,
        0,
        data.length,
        AddressBits.upper(client),
        AddressBits.lower(client),
        now,
        new byte[SCRATCH],
        0);
  }

  /**
   * The same in place, without an object.
   *
   * @param upper of the client's address, as {@link AddressBits}
   * @param scratch {@link #SCRATCH} octets from {@code free} on are written over
   */
  Verdict check(
      byte[] message,
      int at,
      int octets,
      long upper,
      long lower,
      long now,
      byte[] scratch,
      int free) {
    int server = octets - CLIENT_OCTETS;
    if (server < 0 || (server > 0 && server < LEAST_SERVER_OCTETS) || server > MOST_SERVER_OCTETS) {
      return Verdict.MALFORMED;
    }
    if (server != SERVER_OCTETS || message[at + CLIENT_OCTETS] != VERSION) {
      return Verdict.UNKNOWN;
    }
    long made = (int) INT.get(message, at + 12) & 0xffff_ffffL;
    int age = (int) now - (int) made; // RFC 1982 arithmetic
    make(message, at, upper, lower, made, scratch, free);
    int differences = 0;
    for (int i = 0; i < OCTETS; i++) {
      differences |= message[at + i] ^ scratch[free + i];
    }
    boolean good = age <= AGE_SECONDS && age >= -AHEAD_SECONDS && differences == 0;
    return good ? Verdict.GOOD : Verdict.UNKNOWN;
  }

  /** The option's data for an answer: the client's cookie and a fresh one of ours. */
  public byte[] answer(byte[] data, InetAddress client, long now) {
    var cookie = new byte[SCRATCH];
    make(data, 0, AddressBits.upper(client), AddressBits.lower(client), now, cookie, 0);
    return Arrays.copyOf(cookie, OCTETS);
  }

  /**
   * The same in place, without an object: {@link #OCTETS} from {@code to} on are the cookie, what
   * follows up to {@link #SCRATCH} is written over.
   *
   * @param at where the client's cookie begins in {@code message}
   */
  void make(byte[] message, int at, long upper, long lower, long time, byte[] into, int to) {
    System.arraycopy(message, at, into, to, CLIENT_OCTETS);
    into[to + 8] = VERSION;
    into[to + 9] = 0;
    into[to + 10] = 0;
    into[to + 11] = 0;
    INT.set(into, to + 12, (int) time);
    int hashed = HASH_AT;
    if (AddressBits.isMapped(upper, lower)) {
      INT.set(into, to + hashed, (int) lower);
      hashed += 4;
    } else {
      LONG_AS_WRITTEN.set(into, to + hashed, upper);
      LONG_AS_WRITTEN.set(into, to + hashed + 8, lower);
      hashed += 16;
    }
    LONG.set(into, to + HASH_AT, SipHash.of(key0, key1, into, to, hashed));
  }
}
