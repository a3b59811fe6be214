package io.l7.dns.service;

import io.l7.dns.cache.CacheLimits;
import io.l7.dns.message.EdnsOption;
import io.l7.dns.message.MalformedMessageException;
import io.l7.dns.message.Message;
import io.l7.dns.message.MessageReader;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Whole answers as they go over the wire, found by the octets of a {@link PlainQuery} before
 * anything is parsed. A hit copies the answer and patches id, letter case and TTLs in place;
 * nothing is allocated. Safe for all threads; readers never wait.
 *
 * <p>An entry is one array, so that a hit touches little memory: the second it was stored, the
 * second it stops being fresh (8 octets each), octets of the answer, of the name's end, the number
 * of TTLs, flags, where the OPT record's length lies (2 octets each), the answer, and the offsets
 * of its TTLs (2 octets each).
 *
 * <p>A query's options have no part in the answer but for a cookie: for that the answer of a hit
 * ends with an option whose data the caller fills in.
 */
public final class PacketCache {
  private static final int WAYS = 4;
  private static final int MOST_OCTETS = 1232;

  private static final int STORED_AT = 0;
  private static final int FRESH_UNTIL = 8;
  private static final int OCTETS = 16;
  private static final int NAME_END = 18;
  private static final int TTLS = 20;
  private static final int FLAGS = 22;
  private static final int OPT_LENGTH_AT = 24;
  private static final int WIRE = 26;

  private static final int OPTION_HEADER = 4;

  /** A hit is the octets of the answer in its lower bits, and the place of the query's cookie. */
  private static final int OCTETS_BITS = 11;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle SHORT =
      MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.LITTLE_ENDIAN);

  private final AtomicReferenceArray<byte @Nullable []> slots;

  /**
   * Hashes of the entries, a hint that saves looking at them: written without order, so that a
   * wrong one costs a miss and no more.
   */
  private final int[] tags;

  private final int mask;
  private final long seed;

  /**
   * Makes an empty cache.
   *
   * @param size answers kept, rounded up to a power of two; about 150 octets each
   * @param seed of the hash, which strangers must not know
   */
  public PacketCache(int size, long seed) {
    int power = Integer.highestOneBit(Math.max(WAYS, size) * 2 - 1);
    this.slots = new AtomicReferenceArray<>(power);
    this.tags = new int[power];
    this.mask = power - 1;
    this.seed = seed;
  }

  /**
   * Looks for an answer.
   *
   * @param out takes the answer, at least 1,232 octets
   * @param now seconds of the engine's clock
   * @return 0, or a hit, of which {@link #octets} and {@link #cookieAt} tell
   */
  public int answer(byte[] query, int length, byte[] out, long now) {
    int nameEnd = PlainQuery.nameEnd(query, length);
    if (nameEnd < 0) {
      return 0;
    }
    int flags = PlainQuery.flags(query, nameEnd);
    int cookieAt =
        PlainQuery.hasOptions(query, length, nameEnd)
            ? PlainQuery.cookieAt(query, length, nameEnd)
            : 0;
    if ((flags | cookieAt) < 0) {
      return 0;
    }
    byte[] entry = find(query, nameEnd, flags);
    if (entry == null || now >= (long) LONG.get(entry, FRESH_UNTIL)) {
      return 0;
    }
    if (CacheLimits.wasSetBack((long) LONG.get(entry, STORED_AT), now)) {
      return 0;
    }
    int octets = u16(entry, OCTETS);
    int whole = cookieAt > 0 ? octets + OPTION_HEADER + Cookies.OCTETS : octets;
    if (whole > PlainQuery.room(query, nameEnd, flags, MOST_OCTETS)) {
      return 0;
    }
    System.arraycopy(entry, WIRE, out, 0, octets);
    out[0] = query[0];
    out[1] = query[1];
    System.arraycopy(query, PlainQuery.HEADER, out, PlainQuery.HEADER, nameEnd - PlainQuery.HEADER);
    int age = (int) (now - (long) LONG.get(entry, STORED_AT));
    if (age > 0) {
      int end = WIRE + octets + 2 * u16(entry, TTLS);
      for (int i = WIRE + octets; i < end; i += 2) {
        int at = u16(entry, i);
        INT.set(out, at, (int) INT.get(out, at) - age);
      }
    }
    if (cookieAt > 0) {
      int lengthAt = u16(entry, OPT_LENGTH_AT);
      putU16(out, lengthAt, PlainQuery.u16(out, lengthAt) + whole - octets);
      putU16(out, octets, EdnsOption.COOKIE);
      putU16(out, octets + 2, Cookies.OCTETS);
    }
    return cookieAt << OCTETS_BITS | whole;
  }

  /** Octets of the answer of a hit. */
  static int octets(int hit) {
    return hit & (1 << OCTETS_BITS) - 1;
  }

  /**
   * Where the data of the query's cookie begin; 0 without one. If there is one the last {@link
   * Cookies#OCTETS} octets of the answer are for the cookie that is due.
   */
  static int cookieAt(int hit) {
    return hit >>> OCTETS_BITS;
  }

  /**
   * Keeps an answer for later queries like this one.
   *
   * @param answer with no option that is due to the query's own, and the OPT record at its end
   * @param now seconds of the engine's clock
   * @param freshFor seconds it may be given out without another look
   */
  public void keep(byte[] query, int length, byte[] answer, long now, long freshFor) {
    int nameEnd = PlainQuery.nameEnd(query, length);
    if (nameEnd < 0 || freshFor <= 0 || answer.length > MOST_OCTETS || (answer[2] & 0x02) != 0) {
      return;
    }
    int flags = PlainQuery.flags(query, nameEnd);
    if (flags < 0) {
      return;
    }
    int hash = PlainQuery.hash(query, nameEnd, flags, seed);
    int base = hash & mask;
    int victim = base;
    long oldest = Long.MAX_VALUE;
    for (int way = 0; way < WAYS; way++) {
      int slot = (base + way) & mask;
      byte[] present = slots.get(slot);
      long value =
          present == null || matches(present, query, nameEnd, flags)
              ? Long.MIN_VALUE
              : (long) LONG.get(present, FRESH_UNTIL);
      if (value < oldest) {
        oldest = value;
        victim = slot;
      }
    }
    slots.set(victim, entry(answer, nameEnd, flags, now, now + freshFor));
    tags[victim] = hash;
  }

  private static byte[] entry(
      byte[] answer, int nameEnd, int flags, long storedAt, long freshUntil) {
    int[] ttls = TtlOffsets.of(answer);
    var entry = new byte[WIRE + answer.length + 2 * ttls.length];
    LONG.set(entry, STORED_AT, storedAt);
    LONG.set(entry, FRESH_UNTIL, freshUntil);
    SHORT.set(entry, OCTETS, (short) answer.length);
    SHORT.set(entry, NAME_END, (short) nameEnd);
    SHORT.set(entry, TTLS, (short) ttls.length);
    SHORT.set(entry, FLAGS, (short) flags);
    SHORT.set(entry, OPT_LENGTH_AT, (short) TtlOffsets.lastLengthAt(answer));
    System.arraycopy(answer, 0, entry, WIRE, answer.length);
    for (int i = 0; i < ttls.length; i++) {
      SHORT.set(entry, WIRE + answer.length + 2 * i, (short) ttls[i]);
    }
    return entry;
  }

  /** Forgets everything. */
  public void clear() {
    int _ = flush(message -> true);
  }

  /** Forgets the answers that {@code which} says; returns how many went. */
  public int flush(Predicate<Message> which) {
    int gone = 0;
    for (int i = 0; i <= mask; i++) {
      byte[] entry = slots.get(i);
      if (entry != null && which.test(message(entry)) && slots.compareAndSet(i, entry, null)) {
        gone++;
      }
    }
    return gone;
  }

  private static Message message(byte[] entry) {
    try {
      return MessageReader.read(Arrays.copyOfRange(entry, WIRE, WIRE + u16(entry, OCTETS)));
    } catch (MalformedMessageException e) {
      throw new IllegalStateException("an answer composed here", e);
    }
  }

  private byte @Nullable [] find(byte[] query, int nameEnd, int flags) {
    int hash = PlainQuery.hash(query, nameEnd, flags, seed);
    for (int way = 0; way < WAYS; way++) {
      int slot = (hash + way) & mask;
      if (tags[slot] == hash) {
        byte[] entry = slots.get(slot);
        if (entry != null && matches(entry, query, nameEnd, flags)) {
          return entry;
        }
      }
    }
    return null;
  }

  private static boolean matches(byte[] entry, byte[] query, int nameEnd, int flags) {
    return u16(entry, NAME_END) == nameEnd
        && u16(entry, FLAGS) == flags
        && (int) INT.get(entry, WIRE + nameEnd) == PlainQuery.typeAndClass(query, nameEnd)
        && PlainQuery.sameName(query, nameEnd, entry, WIRE + PlainQuery.HEADER);
  }

  private static void putU16(byte[] wire, int at, int value) {
    wire[at] = (byte) (value >> 8);
    wire[at + 1] = (byte) value;
  }

  private static int u16(byte[] entry, int at) {
    return (short) SHORT.get(entry, at) & 0xffff;
  }
}
