package io.l7.dns.zone;

import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RRset;
import io.l7.dns.message.Rdata;
import io.l7.dns.message.ResourceRecord;
import io.l7.dns.message.Soa;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;

/**
 * One difference between two versions of a zone, as IXFR sends it (RFC 1995 §4).
 *
 * @param removed the old SOA first, then what went
 * @param added the new SOA first, then what came
 */
public record ZoneDelta(List<ResourceRecord> removed, List<ResourceRecord> added) {
  public ZoneDelta {
    removed = List.copyOf(removed);
    added = List.copyOf(added);
    if (removed.isEmpty()
        || added.isEmpty()
        || !removed.getFirst().type().equals(RRType.SOA)
        || !added.getFirst().type().equals(RRType.SOA)) {
      throw new IllegalArgumentException("a difference starts with the old and the new SOA");
    }
  }

  static ZoneDelta of(
      RRset oldSoa, RRset newSoa, List<ResourceRecord> removed, List<ResourceRecord> added) {
    return new ZoneDelta(soaFirst(oldSoa, removed), soaFirst(newSoa, added));
  }

  private static List<ResourceRecord> soaFirst(RRset soa, List<ResourceRecord> records) {
    var ordered = new ArrayList<>(soa.records());
    records.stream().filter(r -> !r.type().equals(RRType.SOA)).forEach(ordered::add);
    return ordered;
  }

  /** What differs between two versions of a zone, however the second came to be. */
  public static ZoneDelta between(Zone before, Zone after) {
    var removed = new ArrayList<ResourceRecord>();
    var added = new ArrayList<ResourceRecord>();
    missing(before, after, removed);
    missing(after, before, added);
    return of(before.soaSet(), after.soaSet(), removed, added);
  }

  private static void missing(Zone from, Zone in, List<ResourceRecord> into) {
    for (Iterator<RRset> sets = from.iterator(); sets.hasNext(); ) {
      RRset set = sets.next();
      RRset other =
          in.set(set.owner(), set.type())
              .orElseGet(() -> RRset.of(set.owner(), set.type(), -1, List.of()));
      if (!set.equals(other)) {
        var there = new HashSet<>(other.recordsWithSignatures());
        set.recordsWithSignatures().stream().filter(r -> !there.contains(r)).forEach(into::add);
      }
    }
  }

  /** The serial of the version before. */
  public long from() {
    return Soa.of(removed.getFirst().rdata()).serial();
  }

  /** The serial of the version after. */
  public long to() {
    return Soa.of(added.getFirst().rdata()).serial();
  }

  /** Records in both lists. */
  public int size() {
    return removed.size() + added.size();
  }

  /** Whether it leads from just this version: what it takes is there, what it brings is not. */
  public boolean startsFrom(Zone zone) {
    return zone.serial() == from() && differs(zone, removed, added);
  }

  /** Whether it leads to just this version: what it brings is there, what it takes is not. */
  public boolean endsIn(Zone zone) {
    return zone.serial() == to() && differs(zone, added, removed);
  }

  private static boolean differs(
      Zone zone, List<ResourceRecord> present, List<ResourceRecord> absent) {
    // A record of both lists has got another TTL.
    var both = new HashSet<Place>();
    present.forEach(r -> both.add(new Place(r.owner(), r.type(), r.rdata())));
    return present.stream().allMatch(r -> has(zone, r))
        && absent.stream()
            .filter(r -> !both.contains(new Place(r.owner(), r.type(), r.rdata())))
            .noneMatch(r -> has(zone, r));
  }

  /** A record but for its TTL. */
  private record Place(Name owner, RRType type, Rdata rdata) {}

  private static boolean has(Zone zone, ResourceRecord record) {
    boolean signature = record.type().equals(RRType.RRSIG);
    var type = signature ? new RRType(record.rdata().u16(0)) : record.type();
    return zone.set(record.owner(), type)
        .map(set -> signature ? set.signatures() : set.rdata())
        .map(all -> all.contains(record.rdata()))
        .orElse(false);
  }

  /** Whether it changes nothing but what signing makes: signatures, denials, keys, a digest. */
  public boolean isSigningAlone() {
    return Stream.concat(removed.stream(), added.stream())
        .allMatch(r -> ZoneSigner.makes(r.type()));
  }

  /**
   * Applies the difference.
   *
   * @throws IllegalArgumentException if the zone is not of the version it starts from, or a record
   *     lies outside it
   */
  public Zone applyTo(Zone zone) {
    if (zone.serial() != from()) {
      throw new IllegalArgumentException(
          "difference from serial " + from() + " does not fit " + zone.serial());
    }
    ZoneEdit edit = zone.edit();
    removed.forEach(edit::remove);
    added.forEach(edit::add);
    return edit.zone();
  }
}
