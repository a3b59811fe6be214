package io.l7.dns.zone;

import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RRset;
import io.l7.dns.message.Rdata;
import io.l7.dns.message.RdataLayout;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/** The message digest of a whole zone (RFC 8976), scheme SIMPLE. */
public final class ZoneDigest {
  /** The only scheme there is. */
  public static final int SIMPLE = 1;

  private static final int FIXED = 6;

  /** RFC 8976 §2.2.4: a digest shorter than this is malformed. */
  private static final int LEAST = 12;

  private ZoneDigest() {}

  /**
   * The digest.
   *
   * @param algorithm 1 for SHA-384, 2 for SHA-512
   * @return empty when the algorithm is unknown
   */
  public static Optional<byte[]> of(Zone zone, int algorithm) {
    String name = algorithm == 1 ? "SHA-384" : algorithm == 2 ? "SHA-512" : "";
    if (name.isEmpty()) {
      return Optional.empty();
    }
    MessageDigest digest;
    try {
      digest = MessageDigest.getInstance(name);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java lacks " + name, e);
    }
    for (Iterator<List<RRset>> names = names(zone); names.hasNext(); ) {
      List<RRset> sets = names.next();
      if (sets.getFirst().owner().isSubdomainOf(zone.origin())) {
        update(digest, zone.origin(), sets);
      }
    }
    return Optional.of(digest.digest());
  }

  /** The sets name by name in canonical order, plain and hashed names merged. */
  private static Iterator<List<RRset>> names(Zone zone) {
    var plain = zone.nodes().from(NameKey.APEX);
    var hashed = zone.hashed().from(NameKey.APEX);
    if (!hashed.hasNext()) {
      return new Mapped(zone, plain);
    }
    var all = new ArrayList<NameTree.Entry<Node>>();
    plain.forEachRemaining(all::add);
    hashed.forEachRemaining(all::add);
    all.sort((a, b) -> Arrays.compareUnsigned(a.key(), b.key()));
    return new Mapped(zone, all.iterator());
  }

  private record Mapped(Zone zone, Iterator<NameTree.Entry<Node>> entries)
      implements Iterator<List<RRset>> {
    @Override
    public boolean hasNext() {
      return entries.hasNext();
    }

    @Override
    public List<RRset> next() {
      var entry = entries.next();
      return entry.value().sets(zone.name(entry.key()));
    }
  }

  // RFC 8976 §3.3.1: canonical order of owner, type and data; the ZONEMD set of the apex and its
  // RRSIG left out
  private static void update(MessageDigest digest, Name origin, List<RRset> sets) {
    var signatures = new ArrayList<RRset>();
    var all = new ArrayList<RRset>();
    for (RRset set : sets) {
      boolean own = set.type().equals(RRType.ZONEMD) && set.owner().equals(origin);
      if (own) {
        continue;
      }
      all.add(set);
      for (Rdata signature : set.signatures()) {
        signatures.add(
            new RRset(
                set.owner(),
                RRType.RRSIG,
                set.rrclass(),
                set.ttl(),
                List.of(signature),
                List.of()));
      }
    }
    signatures.sort((a, b) -> Arrays.compareUnsigned(canonical(a), canonical(b)));
    all.addAll(signatures);
    all.sort(Comparator.comparingInt(set -> set.type().code()));
    for (RRset set : all) {
      byte[] owner = set.owner().toLowerCase().toWire();
      byte[][] rdata =
          set.rdata().stream()
              .map(r -> RdataLayout.canonical(set.type(), r).toWire())
              .distinct()
              .toArray(byte[][]::new);
      Arrays.sort(rdata, Arrays::compareUnsigned);
      for (byte[] data : rdata) {
        digest.update(owner);
        write16(digest, set.type().code());
        write16(digest, 1);
        write16(digest, (int) (set.ttl() >>> 16));
        write16(digest, (int) set.ttl());
        write16(digest, data.length);
        digest.update(data);
      }
    }
  }

  private static byte[] canonical(RRset signature) {
    return RdataLayout.canonical(RRType.RRSIG, signature.rdata().getFirst()).toWire();
  }

  private static void write16(MessageDigest digest, int value) {
    digest.update((byte) (value >>> 8));
    digest.update((byte) value);
  }

  /**
   * Why the zone's own ZONEMD says that it must not be used (RFC 8976 §4); empty when there is
   * none, when one matches, or when none can be computed here.
   */
  public static Optional<String> fault(Zone zone) {
    Optional<RRset> set = zone.set(zone.origin(), RRType.ZONEMD);
    if (set.isEmpty() || set.get().rdata().isEmpty()) {
      return Optional.empty();
    }
    List<Rdata> records = set.get().rdata();
    String why = "";
    for (Rdata record : records) {
      if (record.length() < FIXED + LEAST) {
        why = "ZONEMD is malformed";
        continue;
      }
      int scheme = record.u8(4);
      int algorithm = record.u8(5);
      boolean twice =
          records.stream()
                  .filter(r -> r.length() >= FIXED && r.u8(4) == scheme && r.u8(5) == algorithm)
                  .count()
              > 1;
      if (record.u32(0) != zone.serial()) {
        why = "ZONEMD is of serial " + record.u32(0) + ", the zone of " + zone.serial();
      } else if (twice) {
        why = "ZONEMD has one scheme and algorithm twice";
      } else if (scheme == SIMPLE && (algorithm == 1 || algorithm == 2)) {
        byte[] digest = of(zone, algorithm).orElseThrow();
        if (MessageDigest.isEqual(digest, record.bytes(FIXED, record.length()))) {
          return Optional.empty();
        }
        why = "ZONEMD does not match the zone";
      }
    }
    return why.isEmpty() ? Optional.empty() : Optional.of(why);
  }
}
