package io.l7.dns.message;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * All records of one owner, type and class (RFC 2181 §5) with the data of the RRSIGs that cover
 * them. Data is free of duplicates and keeps the order of arrival.
 *
 * @param ttl seconds; the smallest of the records' where they differed (RFC 2181 §5.2)
 * @param signatures RRSIG data covering {@code type}, empty when unsigned
 */
public record RRset(
    Name owner, RRType type, RRClass rrclass, long ttl, List<Rdata> rdata, List<Rdata> signatures) {
  public RRset {
    rdata = List.copyOf(rdata);
    signatures = List.copyOf(signatures);
  }

  public static RRset of(Name owner, RRType type, long ttl, List<Rdata> rdata) {
    return new RRset(owner, type, RRClass.IN, ttl, rdata, List.of());
  }

  public RRset withTtl(long seconds) {
    return seconds == ttl ? this : new RRset(owner, type, rrclass, seconds, rdata, signatures);
  }

  public RRset withOwner(Name other) {
    return new RRset(other, type, rrclass, ttl, rdata, signatures);
  }

  public RRset withSignatures(List<Rdata> other) {
    return new RRset(owner, type, rrclass, ttl, rdata, other);
  }

  public RRset withoutSignatures() {
    return signatures.isEmpty() ? this : withSignatures(List.of());
  }

  public boolean isSigned() {
    return !signatures.isEmpty();
  }

  /** The records of the set without signatures. */
  public List<ResourceRecord> records() {
    return rdata.stream().map(data -> new ResourceRecord(owner, type, rrclass, ttl, data)).toList();
  }

  /** The covering RRSIG records. */
  public List<ResourceRecord> signatureRecords() {
    return signatures.stream()
        .map(data -> new ResourceRecord(owner, RRType.RRSIG, rrclass, ttl, data))
        .toList();
  }

  /** The records, then their signatures. */
  public List<ResourceRecord> recordsWithSignatures() {
    var all = new ArrayList<ResourceRecord>(rdata.size() + signatures.size());
    all.addAll(records());
    all.addAll(signatureRecords());
    return all;
  }

  /**
   * Groups records into sets in order of first appearance. An RRSIG joins the set it covers when
   * the list holds one; otherwise it stands in a set of type RRSIG of its own.
   */
  public static List<RRset> group(List<ResourceRecord> records) {
    var groups = new LinkedHashMap<Key, Group>();
    for (ResourceRecord record : records) {
      if (!record.type().equals(RRType.RRSIG)) {
        groups.computeIfAbsent(Key.of(record, record.type()), key -> new Group(record)).add(record);
      }
    }
    for (ResourceRecord record : records) {
      if (record.type().equals(RRType.RRSIG)) {
        Group covered =
            record.rdata().length() < 2
                ? null
                : groups.get(Key.of(record, new RRType(record.rdata().u16(0))));
        if (covered != null) {
          covered.signatures.add(record.rdata());
        } else {
          groups
              .computeIfAbsent(Key.of(record, record.type()), key -> new Group(record))
              .add(record);
        }
      }
    }
    return groups.values().stream().map(Group::toSet).toList();
  }

  private record Key(Name owner, RRType type, RRClass rrclass) {
    static Key of(ResourceRecord record, RRType type) {
      return new Key(record.owner(), type, record.rrclass());
    }
  }

  private static final class Group {
    final ResourceRecord first;
    long ttl;
    final LinkedHashSet<Rdata> rdata = new LinkedHashSet<>();
    final LinkedHashSet<Rdata> signatures = new LinkedHashSet<>();

    Group(ResourceRecord first) {
      this.first = first;
      this.ttl = first.ttl();
    }

    void add(ResourceRecord record) {
      ttl = Math.min(ttl, record.ttl());
      rdata.add(record.rdata());
    }

    RRset toSet() {
      return new RRset(
          first.owner(),
          first.type(),
          first.rrclass(),
          ttl,
          List.copyOf(rdata),
          List.copyOf(signatures));
    }
  }
}
