package io.l7.dns.message;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Reads the wire form of a message. Everything is checked against the octets really there before
 * anything is allocated; the counts in the header only say when to stop. Octets after the last
 * record are ignored.
 */
public final class MessageReader {
  /** Octets of the header. */
  public static final int HEADER = 12;

  /**
   * Pointers followed in one name: one for each label that a name can have; more lead past nothing.
   * Without a bound a message of 64 KiB could have 32 million of them followed.
   */
  private static final int MOST_POINTERS = 127;

  private static final int SMALLEST_RECORD = 11;
  private static final int SMALLEST_QUESTION = 5;
  private static final long TTL_SIGN = 0x8000_0000L;

  private final byte[] wire;
  private final int base;
  private final int end;
  private final byte[] nameBuffer = new byte[Name.MAX_OCTETS];
  private int at;

  private MessageReader(byte[] wire, int offset, int length) {
    this.wire = wire;
    this.base = offset;
    this.end = offset + length;
    this.at = offset;
  }

  /**
   * Reads a whole array.
   *
   * @throws MalformedMessageException if it is not a message
   */
  public static Message read(byte[] wire) throws MalformedMessageException {
    return read(wire, 0, wire.length);
  }

  /**
   * Reads {@code length} octets from {@code offset}.
   *
   * @throws MalformedMessageException if they are not a message
   */
  public static Message read(byte[] wire, int offset, int length) throws MalformedMessageException {
    return new MessageReader(wire, offset, length).message();
  }

  private Message message() throws MalformedMessageException {
    if (end - base < HEADER) {
      throw new MalformedMessageException("message of " + (end - base) + " octets has no header");
    }
    int id = Octets.u16(wire, base);
    int word = Octets.u16(wire, base + 2);
    int questionCount = Octets.u16(wire, base + 4);
    at = base + HEADER;
    need((long) questionCount * SMALLEST_QUESTION, "questions");
    List<Question> questions = questions(questionCount);
    List<ResourceRecord> answer = section(Octets.u16(wire, base + 6), "answer");
    List<ResourceRecord> authority = section(Octets.u16(wire, base + 8), "authority");
    List<ResourceRecord> additional = section(Octets.u16(wire, base + 10), "additional");
    int rcode = word & 0xf;
    Optional<Edns> edns = Optional.empty();
    for (int i = 0; i < additional.size(); i++) {
      ResourceRecord record = additional.get(i);
      if (record.type().equals(RRType.OPT)) {
        // RFC 6891 §6.1.1: more than one OPT is a format error; its owner is the root.
        if (edns.isPresent() || !record.owner().isRoot()) {
          throw new MalformedMessageException("a second or misplaced OPT record");
        }
        rcode |= (int) (record.ttl() >> 24) << 4;
        edns = Optional.of(edns(record));
        additional.remove(i--);
      }
    }
    return new Message(
        id,
        new Opcode(word >> 11 & 0xf),
        new Rcode(rcode),
        new Flags(word),
        questions,
        answer,
        authority,
        additional,
        edns);
  }

  private List<Question> questions(int count) throws MalformedMessageException {
    if (count == 1) {
      return List.of(question());
    }
    var questions = new ArrayList<Question>();
    for (int i = 0; i < count; i++) {
      questions.add(question());
    }
    return questions;
  }

  private Question question() throws MalformedMessageException {
    Name name = name();
    need(4, "question");
    var question =
        new Question(name, new RRType(Octets.u16(wire, at)), new RRClass(Octets.u16(wire, at + 2)));
    at += 4;
    return question;
  }

  private List<ResourceRecord> section(int count, String section) throws MalformedMessageException {
    need((long) count * SMALLEST_RECORD, section);
    var records = new ArrayList<ResourceRecord>(Math.min(count, 16));
    for (int i = 0; i < count; i++) {
      records.add(record());
    }
    return records;
  }

  private ResourceRecord record() throws MalformedMessageException {
    Name owner = name();
    need(10, "record");
    var type = new RRType(Octets.u16(wire, at));
    var rrclass = new RRClass(Octets.u16(wire, at + 2));
    long ttl = Octets.u32(wire, at + 4);
    // RFC 2181 §8: a TTL with the sign bit set counts as zero.
    if (ttl >= TTL_SIGN && !type.equals(RRType.OPT)) {
      ttl = 0;
    }
    int length = Octets.u16(wire, at + 8);
    at += 10;
    need(length, "data");
    int dataEnd = at + length;
    Rdata rdata = rdata(type, dataEnd);
    at = dataEnd;
    return new ResourceRecord(owner, type, rrclass, ttl, rdata);
  }

  private Rdata rdata(RRType type, int dataEnd) throws MalformedMessageException {
    RdataLayout layout = RdataLayout.of(type);
    if (layout.names() == 0 || at == dataEnd) {
      return Rdata.trusted(Arrays.copyOfRange(wire, at, dataEnd));
    }
    int start = at;
    at += layout.prefix();
    for (int s = 0; s < layout.strings() && at < dataEnd; s++) {
      at += 1 + (wire[at] & 0xff);
    }
    byte[] data = Arrays.copyOfRange(wire, start, Math.min(at, dataEnd));
    for (int n = 0; n < layout.names(); n++) {
      if (at >= dataEnd) {
        throw new MalformedMessageException(type + " data ends before its name");
      }
      byte[] name = name().wireInPlace();
      int before = data.length;
      data = Arrays.copyOf(data, before + name.length);
      System.arraycopy(name, 0, data, before, name.length);
    }
    if (at > dataEnd) {
      throw new MalformedMessageException(type + " data runs over its length");
    }
    int before = data.length;
    data = Arrays.copyOf(data, before + dataEnd - at);
    System.arraycopy(wire, at, data, before, dataEnd - at);
    return Rdata.trusted(data);
  }

  /**
   * Reads a name; pointers may only point backwards from where the part being read starts, so no
   * loop is possible.
   */
  private Name name() throws MalformedMessageException {
    int read = at;
    int partStart = at;
    int length = 0;
    int after = -1;
    int pointers = 0;
    while (true) {
      if (read >= end) {
        throw new MalformedMessageException("name runs over the end");
      }
      int octet = wire[read] & 0xff;
      if (octet == 0) {
        nameBuffer[length++] = 0;
        at = after < 0 ? read + 1 : after;
        return length == 1 ? Name.ROOT : Name.trusted(Arrays.copyOf(nameBuffer, length));
      }
      if (octet <= Name.MAX_LABEL) {
        if (read + 1 + octet > end || length + 2 + octet > Name.MAX_OCTETS) {
          throw new MalformedMessageException("name too long");
        }
        System.arraycopy(wire, read, nameBuffer, length, octet + 1);
        length += octet + 1;
        read += octet + 1;
      } else if (octet >= 0xc0) {
        if (read + 2 > end) {
          throw new MalformedMessageException("pointer runs over the end");
        }
        int target = base + (Octets.u16(wire, read) & 0x3fff);
        if (target >= partStart || target < base + HEADER) {
          throw new MalformedMessageException("pointer does not point backwards");
        }
        if (++pointers > MOST_POINTERS) {
          throw new MalformedMessageException("more pointers than a name has labels");
        }
        after = after < 0 ? read + 2 : after;
        read = target;
        partStart = target;
      } else {
        throw new MalformedMessageException("label type " + (octet >> 6));
      }
    }
  }

  private static Edns edns(ResourceRecord record) throws MalformedMessageException {
    byte[] data = record.rdata().wireInPlace();
    var options = new ArrayList<EdnsOption>();
    int at = 0;
    while (at < data.length) {
      if (at + 4 > data.length || at + 4 + Octets.u16(data, at + 2) > data.length) {
        throw new MalformedMessageException("EDNS option runs over its record");
      }
      int length = Octets.u16(data, at + 2);
      options.add(
          new EdnsOption(Octets.u16(data, at), Arrays.copyOfRange(data, at + 4, at + 4 + length)));
      at += 4 + length;
    }
    int ttl = (int) record.ttl();
    return new Edns(record.rrclass().code(), ttl >> 16 & 0xff, ttl & 0xffff, options);
  }

  private void need(long octets, String what) throws MalformedMessageException {
    if (octets > end - at) {
      throw new MalformedMessageException(what + " run over the end");
    }
  }
}
