package io.l7.dns.message;

import java.util.Arrays;
import java.util.List;

/**
 * Writes the wire form of a message with name compression (RFC 1035 §4.1.4). The work for
 * compression is bounded: a table of 512 suffixes, after which names are written in full
 * (CVE-2024-8508).
 */
public final class MessageWriter {
  /** Octets of the largest message. */
  public static final int MAX_OCTETS = 65_535;

  private static final int SLOTS = 1024;
  private static final int MOST_SUFFIXES = 512;
  private static final int MOST_POINTABLE = 0x3fff;

  private byte[] out = new byte[512];
  private int at;
  private final int limit;
  private final int[] slots = new int[SLOTS];
  private int suffixes;
  private long looks;

  private MessageWriter(int limit) {
    this.limit = limit;
  }

  /**
   * Writes a message of any size up to 65,535 octets.
   *
   * @throws IllegalArgumentException if it is larger
   */
  public static byte[] write(Message message) {
    var writer = new MessageWriter(MAX_OCTETS);
    if (!writer.message(message)) {
      throw new IllegalArgumentException("message larger than 65,535 octets");
    }
    return Arrays.copyOf(writer.out, writer.at);
  }

  /**
   * Writes a message into at most {@code limit} octets. What does not fit is left out by whole
   * RRsets; if that concerns the answer or authority section, TC is set (RFC 2181 §9). OPT always
   * stays.
   *
   * @param limit octets; header and question stay whatever it is
   */
  public static byte[] write(Message message, int limit) {
    var writer = new MessageWriter(Math.clamp(limit, MessageReader.HEADER, MAX_OCTETS));
    writer.message(message);
    return Arrays.copyOf(writer.out, writer.at);
  }

  /** How many octets are looked at for the compression of a message, at most. */
  static long looks(Message message) {
    var writer = new MessageWriter(MAX_OCTETS);
    writer.message(message);
    return writer.looks;
  }

  private boolean message(Message message) {
    int word =
        message.flags().bits() | message.opcode().code() << 11 | (message.rcode().code() & 0xf);
    u16(message.id());
    u16(word);
    u16(message.questions().size());
    at = MessageReader.HEADER;
    for (Question question : message.questions()) {
      name(question.name(), Match.ANY_CASE);
      u16(question.type().code());
      u16(question.rrclass().code());
    }
    int reserved = message.edns().map(Edns::wireLength).orElse(0);
    int answers = section(message.answer(), reserved);
    boolean whole = answers == message.answer().size();
    int authorities = whole ? section(message.authority(), reserved) : 0;
    whole &= authorities == message.authority().size();
    int additionals = whole ? section(message.additional(), reserved) : 0;
    boolean complete = whole && additionals == message.additional().size();
    if (!whole) {
      Octets.putU16(out, 2, word | Flag.TC.mask());
    }
    Octets.putU16(out, 6, answers);
    Octets.putU16(out, 8, authorities);
    if (message.edns().isPresent()) {
      edns(message.edns().get(), message.rcode());
      additionals++;
    }
    Octets.putU16(out, 10, additionals);
    return complete && at <= MAX_OCTETS;
  }

  /** Writes whole RRsets as far as they fit; returns the number of records written. */
  private int section(List<ResourceRecord> records, int reserved) {
    int written = 0;
    while (written < records.size()) {
      int setEnd = written + 1;
      while (setEnd < records.size() && records.get(setEnd).sameSet(records.get(written))) {
        setEnd++;
      }
      int before = at;
      for (int i = written; i < setEnd; i++) {
        record(records.get(i));
        if (at > limit - reserved) {
          forgetFrom(before);
          at = before;
          return written;
        }
      }
      written = setEnd;
    }
    return written;
  }

  private void forgetFrom(int offset) {
    for (int i = 0; i < SLOTS; i++) {
      if (slots[i] >= offset) {
        slots[i] = 0;
      }
    }
  }

  private void record(ResourceRecord record) {
    name(record.owner(), Match.ANY_CASE);
    u16(record.type().code());
    u16(record.rrclass().code());
    u16((int) (record.ttl() >> 16));
    u16((int) record.ttl());
    int lengthAt = at;
    u16(0);
    RdataLayout layout = RdataLayout.of(record.type());
    byte[] data = record.rdata().wireInPlace();
    if (layout.compression() == RdataLayout.Compression.ALLOWED && data.length > layout.prefix()) {
      octets(data, 0, layout.prefix());
      int read = layout.prefix();
      for (int n = 0; n < layout.names() && read < data.length; n++) {
        Name name = record.rdata().nameAt(read);
        // The letters of data are kept as they are.
        name(name, Match.SAME_CASE);
        read += name.wireLength();
      }
      octets(data, read, data.length);
    } else {
      octets(data, 0, data.length);
    }
    Octets.putU16(out, lengthAt, at - lengthAt - 2);
  }

  private void edns(Edns edns, Rcode rcode) {
    room(11);
    out[at++] = 0;
    u16(RRType.OPT.code());
    u16(edns.udpSize());
    u16((rcode.code() >> 4) << 8 | edns.version());
    u16(edns.flags());
    u16(edns.wireLength() - 11);
    for (EdnsOption option : edns.options()) {
      u16(option.code());
      u16(option.length());
      octets(option.dataInPlace(), 0, option.length());
    }
  }

  private enum Match {
    ANY_CASE,
    SAME_CASE
  }

  private void name(Name name, Match match) {
    byte[] wire = name.wireInPlace();
    int start = at;
    int read = 0;
    int found = 0;
    while (wire[read] != 0) {
      found = find(wire, read, match);
      if (found > 0) {
        break;
      }
      read += 1 + wire[read];
    }
    octets(wire, 0, read);
    if (found > 0) {
      u16(0xc000 | found);
    } else {
      room(1);
      out[at++] = 0;
    }
    for (int suffix = 0; suffix < read; suffix += 1 + wire[suffix]) {
      remember(wire, suffix, start + suffix);
    }
  }

  private int find(byte[] wire, int from, Match match) {
    int slot = slotOf(wire, from);
    while (slots[slot] != 0) {
      looks += wire.length - from;
      if (matches(wire, from, slots[slot], match)) {
        return slots[slot];
      }
      slot = (slot + 1) & (SLOTS - 1);
    }
    return 0;
  }

  private void remember(byte[] wire, int from, int offset) {
    if (offset <= MOST_POINTABLE && suffixes < MOST_SUFFIXES) {
      int slot = slotOf(wire, from);
      while (slots[slot] != 0) {
        looks++;
        slot = (slot + 1) & (SLOTS - 1);
      }
      slots[slot] = offset;
      suffixes++;
    }
  }

  private int slotOf(byte[] wire, int from) {
    looks += wire.length - from;
    int hash = 1;
    for (int i = from; i < wire.length; i++) {
      hash = 31 * hash + Name.lower(wire[i]);
    }
    return (hash ^ hash >>> 15) & (SLOTS - 1);
  }

  private boolean matches(byte[] wire, int from, int offset, Match match) {
    int read = from;
    int there = offset;
    while (true) {
      while ((out[there] & 0xc0) == 0xc0) {
        there = Octets.u16(out, there) & MOST_POINTABLE;
      }
      if (out[there] != wire[read]) {
        return false;
      }
      if (wire[read] == 0) {
        return true;
      }
      for (int i = 1; i <= wire[read]; i++) {
        byte a = out[there + i];
        byte b = wire[read + i];
        if (a != b && (match == Match.SAME_CASE || Name.lower(a) != Name.lower(b))) {
          return false;
        }
      }
      there += 1 + wire[read];
      read += 1 + wire[read];
    }
  }

  private void u16(int value) {
    room(2);
    Octets.putU16(out, at, value);
    at += 2;
  }

  private void octets(byte[] source, int from, int to) {
    room(to - from);
    System.arraycopy(source, from, out, at, to - from);
    at += to - from;
  }

  private void room(int octets) {
    if (at + octets > out.length) {
      out = Arrays.copyOf(out, Math.max(out.length * 2, at + octets));
    }
  }
}
