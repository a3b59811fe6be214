package io.l7.dns.authority;

import io.l7.dns.message.Name;
import io.l7.dns.zone.LiveZone;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.LongSupplier;

/**
 * Ready answers, found by the octets of the question before anything is parsed. Each slot keeps the
 * newest answer that hashes to it; an answer counts while the same zones are served and its own is
 * of the version it was made from. Only plain questions come here: one question, no options, EDNS
 * version 0.
 */
final class AnswerCache {
  static final int HEADER = 12;
  private static final int OPT = 11;

  private final LongSupplier generation;
  private final AtomicReferenceArray<Entry> slots;
  private final int mask;
  private final int largest;

  private record Entry(Question question, byte[] wire, Place place) {}

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

  /**
   * A plain question in place.
   *
   * @param end where it ends in the request
   * @param shape what beside name, type and class decides the answer: EDNS present, DNSSEC wanted
   * @param room octets the client can take
   */
  record Question(byte[] wire, int end, int shape, int hash, int room) {
    private boolean sameAs(Question other) {
      if (end != other.end || shape != other.shape || hash != other.hash) {
        return false;
      }
      for (int i = HEADER; i < end; i++) {
        if (Name.lower(wire[i]) != Name.lower(other.wire[i])) {
          return false;
        }
      }
      return true;
    }
  }

  AnswerCache(LongSupplier generation, AuthorityLimits limits) {
    this.generation = generation;
    int size = Integer.highestOneBit(Math.max(2, limits.cachedAnswers()));
    this.slots = new AtomicReferenceArray<>(size);
    this.mask = size - 1;
    this.largest = limits.cachedAnswerOctets();
  }

  /** The question, when the request is plain enough for this cache. */
  static Optional<Question> plain(Request request, int udpOctets) {
    byte[] wire = request.wire();
    int length = request.length();
    // QR, opcode, AA, TC, RA, Z and rcode clear; one question; nothing but one OPT beside it
    if (length < HEADER + 5
        || (wire[2] & 0xfe) != 0
        || (wire[3] & 0xcf) != 0
        || u16(wire, 4) != 1
        || u16(wire, 6) != 0
        || u16(wire, 8) != 0
        || u16(wire, 10) > 1) {
      return Optional.empty();
    }
    int at = HEADER;
    int hash = 17;
    while (at < length && wire[at] > 0) {
      int next = at + 1 + wire[at];
      if (next >= length) {
        return Optional.empty();
      }
      for (int i = at; i < next; i++) {
        hash = 31 * hash + Name.lower(wire[i]);
      }
      at = next;
    }
    int end = at + 5;
    if (end > length || wire[at] != 0 || at - HEADER >= Name.MAX_OCTETS) {
      return Optional.empty();
    }
    hash = 31 * hash + (u16(wire, at + 1) << 16 | u16(wire, at + 3));
    int room = request.transport() == Request.Transport.UDP ? 512 : 65_535;
    int shape = 0;
    if (u16(wire, 10) == 1) {
      // root owner, type OPT, version and extended rcode 0, no options
      if (length != end + OPT
          || wire[end] != 0
          || u16(wire, end + 1) != 41
          || u16(wire, end + 5) != 0
          || u16(wire, end + 9) != 0) {
        return Optional.empty();
      }
      shape = 1 | (wire[end + 7] & 0x80);
      if (request.transport() == Request.Transport.UDP) {
        room = Math.clamp(u16(wire, end + 3), 512, udpOctets);
      }
    } else if (length != end) {
      return Optional.empty();
    }
    hash = 31 * hash + shape;
    return Optional.of(new Question(wire, end, shape, hash ^ hash >>> 16, room));
  }

  /** The ready answer under the request's ID, letter case and RD flag. */
  Optional<byte[]> find(Question question) {
    Entry entry = slots.get(question.hash & mask);
    if (entry == null
        || entry.wire.length > question.room
        || !entry.question.sameAs(question)
        || !entry.place.stands(generation.getAsLong())) {
      return Optional.empty();
    }
    byte[] reply = entry.wire.clone();
    reply[0] = question.wire[0];
    reply[1] = question.wire[1];
    reply[2] = (byte) ((reply[2] & 0xfe) | (question.wire[2] & 1));
    System.arraycopy(question.wire, HEADER, reply, HEADER, question.end - HEADER);
    return Optional.of(reply);
  }

  void keep(Question question, byte[] reply, Place place) {
    boolean truncated = (reply[2] & 2) != 0;
    if (reply.length <= largest && !truncated) {
      byte[] copy = reply.clone();
      var own = new Question(copy, question.end, question.shape, question.hash, 0);
      slots.set(question.hash & mask, new Entry(own, copy, place));
    }
  }

  private static int u16(byte[] wire, int at) {
    return (wire[at] & 0xff) << 8 | (wire[at + 1] & 0xff);
  }
}
