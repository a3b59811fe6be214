package io.l7.dns.authority;

import io.l7.dns.message.Name;
import io.l7.dns.zone.LiveZone;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.LongSupplier;

/**
 * Ready answers, found by the octets of the question before anything is parsed, without an object a
 * hit. Each slot keeps the newest answer that hashes to it; an answer counts while the same zones
 * are served and its own is of the version it was made from. Only plain questions come here: one
 * question, no options, EDNS version 0.
 */
final class AnswerCache {
  static final int HEADER = 12;

  /** What {@link #plain} says of a message that is not a plain question. */
  static final long NOT_PLAIN = 0;

  private static final int OPT = 11;
  private static final int PLAIN_UDP = 512;

  private final LongSupplier generation;
  private final AtomicReferenceArray<Entry> slots;
  private final int mask;
  private final int largest;
  private final int udpOctets;

  private record Entry(long question, byte[] wire, Place place) {}

  /**
   * What an answer was made from.
   *
   * @param generation of the set of zones
   */
  record Place(long generation, LiveZone zone, long version) {
    private boolean stands(long generationNow) {
      return generation == generationNow && zone.version().number() == version;
    }
  }

  AnswerCache(LongSupplier generation, AuthorityLimits limits) {
    this.generation = generation;
    int size = Integer.highestOneBit(Math.max(2, limits.cachedAnswers()));
    this.slots = new AtomicReferenceArray<>(size);
    this.mask = size - 1;
    this.largest = limits.cachedAnswerOctets();
    this.udpOctets = limits.udpOctets();
  }

  /**
   * A plain question in one word: hash of name, type, class and shape (32 bits), where it ends in
   * the message (12), the octets the client can take (16), and its shape (2): EDNS present, DNSSEC
   * wanted. {@link #NOT_PLAIN} for anything else.
   */
  long plain(byte[] wire, int length, Request.Transport transport) {
    // QR, opcode, AA, TC, RA, Z and rcode clear; one question; nothing but one OPT beside it
    if (length < HEADER + 5
        || (wire[2] & 0xfe) != 0
        || (wire[3] & 0xcf) != 0
        || u16(wire, 4) != 1
        || u16(wire, 6) != 0
        || u16(wire, 8) != 0
        || u16(wire, 10) > 1) {
      return NOT_PLAIN;
    }
    int at = HEADER;
    int hash = 17;
    while (at < length && wire[at] > 0) {
      int next = at + 1 + wire[at];
      if (next >= length) {
        return NOT_PLAIN;
      }
      for (int i = at; i < next; i++) {
        hash = 31 * hash + Name.lower(wire[i]);
      }
      at = next;
    }
    int end = at + 5;
    if (end > length || wire[at] != 0 || at - HEADER >= Name.MAX_OCTETS) {
      return NOT_PLAIN;
    }
    hash = 31 * hash + (u16(wire, at + 1) << 16 | u16(wire, at + 3));
    boolean datagram = transport == Request.Transport.UDP;
    int room = datagram ? PLAIN_UDP : 65_535;
    int shape = 0;
    if (u16(wire, 10) == 1) {
      // root owner, type OPT, version and extended rcode 0, no options
      if (length != end + OPT
          || wire[end] != 0
          || u16(wire, end + 1) != 41
          || u16(wire, end + 5) != 0
          || u16(wire, end + 9) != 0) {
        return NOT_PLAIN;
      }
      shape = 1 | (wire[end + 7] & 0x80) >> 6;
      if (datagram) {
        room = Math.clamp(u16(wire, end + 3), PLAIN_UDP, udpOctets);
      }
    } else if (length != end) {
      return NOT_PLAIN;
    }
    hash = 31 * hash + shape;
    hash ^= hash >>> 16;
    return (hash & 0xffff_ffffL) | (long) end << 32 | (long) room << 44 | (long) shape << 60;
  }

  private static int end(long question) {
    return (int) (question >>> 32) & 0xfff;
  }

  private static int room(long question) {
    return (int) (question >>> 44) & 0xffff;
  }

  /** The question without what only concerns one client. */
  private static long identity(long question) {
    return question & ~(0xffffL << 44);
  }

  /**
   * Writes the ready answer with the request's ID, letter case and RD flag into {@code out};
   * returns its octets, or 0 when there is none.
   */
  int find(long question, byte[] request, byte[] out) {
    Entry entry = slots.get((int) question & mask);
    if (entry == null
        || entry.wire.length > Math.min(room(question), out.length)
        || entry.question != identity(question)
        || !entry.place.stands(generation.getAsLong())) {
      return 0;
    }
    byte[] ready = entry.wire;
    int end = end(question);
    for (int i = HEADER; i < end; i++) {
      if (Name.lower(request[i]) != Name.lower(ready[i])) {
        return 0;
      }
    }
    System.arraycopy(ready, 0, out, 0, ready.length);
    out[0] = request[0];
    out[1] = request[1];
    out[2] = (byte) ((ready[2] & 0xfe) | (request[2] & 1));
    System.arraycopy(request, HEADER, out, HEADER, end - HEADER);
    return ready.length;
  }

  void keep(long question, byte[] reply, Place place) {
    boolean truncated = (reply[2] & 2) != 0;
    if (reply.length <= largest && !truncated) {
      slots.set((int) question & mask, new Entry(identity(question), reply.clone(), place));
    }
  }

  private static int u16(byte[] wire, int at) {
    return (wire[at] & 0xff) << 8 | (wire[at + 1] & 0xff);
  }
}
