package io.l7.dns.service;

import io.l7.dns.message.Name;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Whole answers as they go over the wire, found by the octets of a question before anything is
 * parsed. A hit copies the answer and patches id, letter case and TTLs in place; nothing is
 * allocated. Safe for all threads; readers never wait.
 *
 * <p>Only plain queries are looked up: one question, opcode QUERY, RD set, at most an OPT record of
 * version 0 without options. Everything else takes the long way.
 */
public final class PacketCache {
  private static final int HEADER = 12;
  private static final int WAYS = 4;
  private static final int OPT_OCTETS = 11;
  private static final int MOST_OCTETS = 1232;

  /** Octet offsets of TTLs and the times of one answer. */
  private record Entry(
      byte[] key, int flags, byte[] wire, int[] ttls, long storedAt, long freshUntil) {}

  private final AtomicReferenceArray<@Nullable Entry> slots;
  private final int mask;

  /**
   * Makes an empty cache.
   *
   * @param size answers kept, rounded up to a power of two; about 400 octets each
   */
  public PacketCache(int size) {
    int power = Integer.highestOneBit(Math.max(WAYS, size) * 2 - 1);
    this.slots = new AtomicReferenceArray<>(power);
    this.mask = power - 1;
  }

  /**
   * Looks for an answer.
   *
   * @param out takes the answer, at least 1,232 octets
   * @param now seconds of the engine's clock
   * @return octets of the answer, or 0
   */
  public int answer(byte[] query, int length, byte[] out, long now) {
    int nameEnd = plainNameEnd(query, length);
    if (nameEnd < 0) {
      return 0;
    }
    int flags = flags(query, length, nameEnd);
    if (flags < 0) {
      return 0;
    }
    Entry entry = find(query, nameEnd + 4, flags);
    if (entry == null
        || now >= entry.freshUntil
        || entry.wire.length > room(query, nameEnd, flags)) {
      return 0;
    }
    byte[] wire = entry.wire;
    System.arraycopy(wire, 0, out, 0, wire.length);
    out[0] = query[0];
    out[1] = query[1];
    System.arraycopy(query, HEADER, out, HEADER, nameEnd - HEADER);
    int age = (int) (now - entry.storedAt);
    if (age > 0) {
      for (int at : entry.ttls) {
        int ttl = u32(wire, at) - age;
        out[at] = (byte) (ttl >> 24);
        out[at + 1] = (byte) (ttl >> 16);
        out[at + 2] = (byte) (ttl >> 8);
        out[at + 3] = (byte) ttl;
      }
    }
    return wire.length;
  }

  /**
   * Keeps an answer for later queries like this one.
   *
   * @param now seconds of the engine's clock
   * @param freshFor seconds it may be given out without another look
   */
  public void keep(byte[] query, int length, byte[] answer, long now, long freshFor) {
    int nameEnd = plainNameEnd(query, length);
    if (nameEnd < 0 || freshFor <= 0 || answer.length > MOST_OCTETS || (answer[2] & 0x02) != 0) {
      return;
    }
    int flags = flags(query, length, nameEnd);
    if (flags < 0) {
      return;
    }
    int[] ttls = TtlOffsets.of(answer);
    var key = new byte[nameEnd + 4 - HEADER];
    for (int i = 0; i < key.length; i++) {
      key[i] = Name.lower(query[HEADER + i]);
    }
    var entry = new Entry(key, flags, answer.clone(), ttls, now, now + freshFor);
    int base = hash(query, nameEnd + 4, flags) & mask;
    int victim = base;
    long oldest = Long.MAX_VALUE;
    for (int way = 0; way < WAYS; way++) {
      int slot = (base + way) & mask;
      Entry present = slots.get(slot);
      long value =
          present == null || matches(present, query, nameEnd + 4, flags)
              ? Long.MIN_VALUE
              : present.freshUntil;
      if (value < oldest) {
        oldest = value;
        victim = slot;
      }
    }
    slots.set(victim, entry);
  }

  /** Forgets everything. */
  public void clear() {
    for (int i = 0; i <= mask; i++) {
      slots.set(i, null);
    }
  }

  private @Nullable Entry find(byte[] query, int questionEnd, int flags) {
    int base = hash(query, questionEnd, flags) & mask;
    for (int way = 0; way < WAYS; way++) {
      Entry entry = slots.get((base + way) & mask);
      if (entry != null && matches(entry, query, questionEnd, flags)) {
        return entry;
      }
    }
    return null;
  }

  private static boolean matches(Entry entry, byte[] query, int questionEnd, int flags) {
    byte[] key = entry.key;
    if (entry.flags != flags || key.length != questionEnd - HEADER) {
      return false;
    }
    for (int i = 0; i < key.length; i++) {
      if (key[i] != Name.lower(query[HEADER + i])) {
        return false;
      }
    }
    return true;
  }

  private static int hash(byte[] query, int questionEnd, int flags) {
    int hash = flags;
    for (int i = HEADER; i < questionEnd; i++) {
      hash = 31 * hash + Name.lower(query[i]);
    }
    return hash ^ hash >>> 16;
  }

  /** The index after the question's name, or -1 if this is no plain query. */
  private static int plainNameEnd(byte[] query, int length) {
    boolean plain =
        length >= HEADER + 5
            && (query[2] & 0xfe) == 0
            && (query[2] & 1) == 1
            && query[4] == 0
            && query[5] == 1
            && (query[6] | query[7] | query[8] | query[9] | query[10]) == 0
            && (query[11] & 0xfe) == 0;
    if (!plain) {
      return -1;
    }
    int at = HEADER;
    while (at < length && query[at] != 0) {
      if (query[at] < 0 || query[at] > Name.MAX_LABEL) {
        return -1;
      }
      at += query[at] + 1;
    }
    int tail = query[11] == 1 ? OPT_OCTETS : 0;
    return at + 5 + tail == length ? at + 1 : -1;
  }

  /** AD and CD of the header, presence of OPT and DO; -1 if the OPT is not plain. */
  private static int flags(byte[] query, int length, int nameEnd) {
    int flags = query[3] & 0x30;
    if (query[11] == 0) {
      return flags;
    }
    int opt = nameEnd + 4;
    boolean plain =
        query[opt] == 0
            && query[opt + 1] == 0
            && query[opt + 2] == 41
            && query[opt + 6] == 0
            && (query[length - 2] | query[length - 1]) == 0;
    return plain ? flags | 1 | (query[opt + 7] & 0x80) : -1;
  }

  private static int room(byte[] query, int nameEnd, int flags) {
    if ((flags & 1) == 0) {
      return 512;
    }
    int size = (query[nameEnd + 7] & 0xff) << 8 | (query[nameEnd + 8] & 0xff);
    return Math.clamp(size, 512, MOST_OCTETS);
  }

  private static int u32(byte[] wire, int at) {
    return (wire[at] & 0xff) << 24
        | (wire[at + 1] & 0xff) << 16
        | (wire[at + 2] & 0xff) << 8
        | (wire[at + 3] & 0xff);
  }
}
