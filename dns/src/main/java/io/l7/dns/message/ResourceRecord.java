package io.l7.dns.message;

/**
 * One resource record (RFC 1035 §3.2.1).
 *
 * @param ttl seconds, 0 to 2^31-1; the reader treats larger values as 0 (RFC 2181 §8), except for
 *     OPT and TSIG
 */
public record ResourceRecord(Name owner, RRType type, RRClass rrclass, long ttl, Rdata rdata) {
  public static ResourceRecord of(Name owner, RRType type, long ttl, Rdata rdata) {
    return new ResourceRecord(owner, type, RRClass.IN, ttl, rdata);
  }

  public ResourceRecord withTtl(long seconds) {
    return seconds == ttl ? this : new ResourceRecord(owner, type, rrclass, seconds, rdata);
  }

  public ResourceRecord withOwner(Name other) {
    return new ResourceRecord(other, type, rrclass, ttl, rdata);
  }

  /** Whether both belong to one RRset: equal owner, type and class. */
  public boolean sameSet(ResourceRecord other) {
    return type.equals(other.type) && rrclass.equals(other.rrclass) && owner.equals(other.owner);
  }

  /** Master file form: owner, TTL, class, type, data, separated by tabs. */
  @Override
  public String toString() {
    return owner + "\t" + ttl + "\t" + rrclass + "\t" + type + "\t" + RecordText.print(type, rdata);
  }
}
