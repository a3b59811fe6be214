package io.l7.dns.zone;

import io.l7.dns.dnssec.SigningKey;
import io.l7.dns.dnssec.Validity;
import io.l7.dns.message.Name;
import io.l7.dns.message.Nsec;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RRset;
import io.l7.dns.message.Rdata;
import io.l7.dns.message.RecordText;
import io.l7.dns.message.Rrsig;
import io.l7.dns.message.Soa;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * Signs a zone with NSEC (RFC 4035 §2), as a whole or what an edit touched. Keys with the SEP flag
 * sign the DNSKEY set, the others everything else; where one kind is missing the other does both.
 * Signing the whole uses all processors; everything else runs on the caller's thread.
 */
public final class ZoneSigner {
  private static final Set<RRType> DERIVED = Set.of(RRType.NSEC, RRType.NSEC3, RRType.NSEC3PARAM);

  private final List<SigningKey> keySigners;
  private final List<SigningKey> zoneSigners;
  private final List<SigningKey> keys;
  private final InstantSource clock;
  private final Duration lifetime;
  private final Duration jitter;
  private final Duration backdating;

  /** A signer whose signatures all end at the same time. */
  public ZoneSigner(List<SigningKey> keys, InstantSource clock, Duration lifetime) {
    this(keys, clock, lifetime, Duration.ZERO);
  }

  /**
   * A signer.
   *
   * @param keys at least one
   * @param lifetime from now to the expiration of a signature
   * @param jitter how much sooner one may expire; each set has its own share of it, by its name and
   *     type, so that a zone that was signed at once is not to be renewed at once
   * @throws IllegalArgumentException if there is no key
   */
  public ZoneSigner(
      List<SigningKey> keys, InstantSource clock, Duration lifetime, Duration jitter) {
    if (keys.isEmpty()) {
      throw new IllegalArgumentException("no key to sign with");
    }
    this.keys = List.copyOf(keys);
    var ksk = keys.stream().filter(k -> k.dnskey().isSecureEntryPoint()).toList();
    var zsk = keys.stream().filter(k -> !k.dnskey().isSecureEntryPoint()).toList();
    this.keySigners = ksk.isEmpty() ? zsk : ksk;
    this.zoneSigners = zsk.isEmpty() ? ksk : zsk;
    this.clock = clock;
    this.lifetime = lifetime;
    this.jitter = jitter;
    this.backdating =
        Duration.ofHours(1); // clocks of validators differ; BIND's and Knot's margin too
  }

  private Validity validity(RRset set) {
    Instant now = clock.instant();
    return new Validity(
        now.minus(backdating).getEpochSecond(), now.plus(lifetime).getEpochSecond() - share(set));
  }

  /** Seconds from 0 to the jitter, spread evenly over sets. */
  private long share(RRset set) {
    long mixed = (set.owner().hashCode() * 31L + set.type().code()) * 0x9e37_79b9_7f4a_7c15L;
    return (mixed >>> 33) % (jitter.toSeconds() + 1);
  }

  /** A set with fresh signatures. */
  public RRset sign(Name origin, RRset set) {
    boolean dnskey = set.type().equals(RRType.DNSKEY);
    var signatures = new ArrayList<Rdata>();
    for (SigningKey key : dnskey ? keySigners : zoneSigners) {
      signatures.add(key.sign(origin, set.withoutSignatures(), validity(set)).rdata());
    }
    return set.withSignatures(signatures);
  }

  /**
   * Whether the zone has all our keys, and its SOA and its DNSKEY set bear the signatures of those
   * that sign them.
   */
  public boolean hasSigned(Zone zone) {
    var published = zone.set(zone.origin(), RRType.DNSKEY);
    return published.isPresent()
        && keys.stream().allMatch(key -> published.get().rdata().contains(key.dnskey().rdata()))
        && bears(zone.soaSet(), zoneSigners)
        && bears(published.get(), keySigners);
  }

  private static boolean bears(RRset set, List<SigningKey> signers) {
    var tags = set.signatures().stream().map(Rrsig::new).map(Rrsig::keyTag).toList();
    return signers.stream().allMatch(key -> tags.contains(key.dnskey().keyTag()));
  }

  /** Whether records of this type change when a zone is signed; SOA and ZONEMD with the rest. */
  static boolean makes(RRType type) {
    return DERIVED.contains(type)
        || type.equals(RRType.SOA)
        || type.equals(RRType.RRSIG)
        || type.equals(RRType.DNSKEY)
        || type.equals(RRType.ZONEMD);
  }

  /**
   * The whole zone signed anew: old signatures and denials go, the keys' DNSKEY set comes; the
   * serial stays.
   */
  public Zone signWhole(Zone zone) {
    Zone bare = bare(zone);
    List<NameTree.Entry<Node>> signed = linked(bare);
    NameTree.Entry<Node>[] result =
        signed.parallelStream().map(e -> signedEntry(bare, e)).toArray(ZoneSigner::entries);
    long records = 0;
    for (var entry : result) {
      records += entry.value().records();
    }
    return digested(
        new Zone(
            zone.origin(), NameTree.ofSorted(Arrays.asList(result)), NameTree.empty(), records));
  }

  /**
   * A zone that had a ZONEMD gets one that is right: SHA-384, which everyone knows (RFC 8976 §5.3).
   */
  private Zone digested(Zone zone) {
    Optional<RRset> old = zone.set(zone.origin(), RRType.ZONEMD);
    if (old.isEmpty()) {
      return zone;
    }
    byte[] digest = ZoneDigest.of(zone, 1).orElseThrow();
    String text = zone.serial() + " 1 1 " + HexFormat.of().formatHex(digest);
    Rdata rdata = RecordText.parse(RRType.ZONEMD, text, zone.origin());
    ZoneEdit edit = zone.edit();
    edit.put(
        sign(
            zone.origin(),
            RRset.of(zone.origin(), RRType.ZONEMD, old.get().ttl(), List.of(rdata))));
    return edit.zone();
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic type
  private static NameTree.Entry<Node>[] entries(int size) {
    return new NameTree.Entry[size];
  }

  private Zone bare(Zone zone) {
    var entries = new ArrayList<NameTree.Entry<Node>>(zone.names());
    for (Iterator<NameTree.Entry<Node>> all = zone.nodes().from(NameKey.APEX); all.hasNext(); ) {
      var entry = all.next();
      var sets = new ArrayList<RRset>();
      for (RRset set : entry.value().sets(zone.origin())) {
        boolean own = entry.key().length == 0 && set.type().equals(RRType.DNSKEY);
        if (!DERIVED.contains(set.type()) && !own && !set.rdata().isEmpty()) {
          sets.add(set.withoutSignatures());
        }
      }
      if (entry.key().length == 0) {
        sets.add(dnskeys(zone));
      }
      if (!sets.isEmpty()) {
        entries.add(new NameTree.Entry<>(entry.key(), Node.of(sets)));
      }
    }
    return new Zone(zone.origin(), NameTree.ofSorted(entries), NameTree.empty(), 0);
  }

  private RRset dnskeys(Zone zone) {
    RRset there =
        zone.set(zone.origin(), RRType.DNSKEY)
            .orElse(RRset.of(zone.origin(), RRType.DNSKEY, zone.soaSet().ttl(), List.of()));
    var all = new ArrayList<>(there.rdata());
    keys.stream().map(k -> k.dnskey().rdata()).filter(r -> !all.contains(r)).forEach(all::add);
    return RRset.of(zone.origin(), RRType.DNSKEY, there.ttl(), all);
  }

  /** The entries with their NSEC sets, unsigned. */
  private static List<NameTree.Entry<Node>> linked(Zone zone) {
    var entries = new ArrayList<NameTree.Entry<Node>>(zone.names());
    zone.nodes().from(NameKey.APEX).forEachRemaining(entries::add);
    Optional<byte[]> next = Optional.of(NameKey.APEX);
    for (int i = entries.size() - 1; i >= 0; i--) {
      var entry = entries.get(i);
      if (status(zone.nodes(), entry.key(), entry.value()) != Status.OCCLUDED) {
        RRset nsec = nsec(zone.origin(), ttl(zone), entry.key(), entry.value(), next.orElseThrow());
        entries.set(i, new NameTree.Entry<>(entry.key(), entry.value().with(nsec)));
        next = Optional.of(entry.key());
      }
    }
    return entries;
  }

  // RFC 9077 §3: the smaller of the SOA's TTL and its minimum field
  private static long ttl(Zone zone) {
    return Math.min(zone.soaSet().ttl(), zone.soa().minimum());
  }

  private static RRset nsec(Name origin, long ttl, byte[] key, Node node, byte[] next) {
    var types = new TreeSet<Integer>();
    types.add(RRType.NSEC.code());
    types.add(RRType.RRSIG.code());
    boolean cut = key.length > 0 && node.has(RRType.NS);
    for (RRset set : node.sets(origin)) {
      // RFC 4035 §2.3: at a cut only NS and DS are this zone's
      boolean ours = !cut || set.type().equals(RRType.NS) || set.type().equals(RRType.DS);
      if (ours && !set.rdata().isEmpty()) {
        types.add(set.type().code());
      }
    }
    var nsec = Nsec.of(NameKey.toName(next, origin), types.stream().map(RRType::new).toList());
    return RRset.of(NameKey.toName(key, origin), RRType.NSEC, ttl, List.of(nsec.rdata()));
  }

  private NameTree.Entry<Node> signedEntry(Zone zone, NameTree.Entry<Node> entry) {
    Status status = status(zone.nodes(), entry.key(), entry.value());
    if (status == Status.OCCLUDED) {
      return entry;
    }
    Name owner = zone.name(entry.key());
    List<RRset> sets =
        entry.value().sets(owner).stream()
            .map(set -> isSigned(status, set) ? sign(zone.origin(), set) : set)
            .toList();
    return new NameTree.Entry<>(entry.key(), Node.of(sets));
  }

  private static boolean isSigned(Status status, RRset set) {
    return status == Status.AUTHORITATIVE
        || set.type().equals(RRType.DS)
        || set.type().equals(RRType.NSEC);
  }

  /** What a name is to its zone. */
  private enum Status {
    AUTHORITATIVE,
    /** A zone cut: its NS and glue are the child's (RFC 4035 §2.2). */
    CUT,
    /** Below a cut or a DNAME. */
    OCCLUDED
  }

  private static Status status(NameTree<Node> nodes, byte[] key, Node node) {
    int labels = NameKey.labels(key);
    for (int depth = 0; depth < labels; depth++) {
      Node above =
          nodes.find(depth == 0 ? NameKey.APEX : Arrays.copyOf(key, NameKey.prefix(key, depth)));
      if (above != null && ((depth > 0 && above.has(RRType.NS)) || above.has(RRType.DNAME))) {
        return Status.OCCLUDED;
      }
    }
    return labels > 0 && node.has(RRType.NS) ? Status.CUT : Status.AUTHORITATIVE;
  }

  /**
   * Signs what an edit touched and mends the chain of NSEC around it. The SOA is signed last, with
   * the serial it has now.
   */
  public void maintain(ZoneEdit edit) {
    var names = new HashSet<Name>(edit.touchedNames());
    names.add(edit.before().origin());
    for (Name name : List.copyOf(names)) {
      if (hidesBelow(edit.before().sets(name), name, edit)
          != hidesBelow(edit.sets(name), name, edit)) {
        names.addAll(namesBelow(edit, name));
      }
    }
    var relink = new HashSet<Name>(names);
    for (Name name : names) {
      refresh(edit, name);
      previous(edit, name).ifPresent(relink::add);
    }
    relink.forEach(name -> relink(edit, name));
  }

  /** Whether what lies below a name is another zone's or a DNAME's. */
  private static boolean hidesBelow(List<RRset> sets, Name name, ZoneEdit edit) {
    boolean apex = name.equals(edit.before().origin());
    return sets.stream()
        .filter(s -> !s.rdata().isEmpty())
        .anyMatch(s -> s.type().equals(RRType.DNAME) || (!apex && s.type().equals(RRType.NS)));
  }

  private static List<Name> namesBelow(ZoneEdit edit, Name name) {
    byte[] key = edit.key(name);
    var below = new ArrayList<Name>();
    var entries = edit.nodes().from(key);
    while (entries.hasNext()) {
      byte[] next = entries.next().key();
      if (!NameKey.isAtOrBelow(next, key)) {
        break;
      }
      below.add(edit.name(next));
    }
    return below;
  }

  /** Signs the sets of a name that need it, and takes signatures away where there must be none. */
  private void refresh(ZoneEdit edit, Name name) {
    byte[] key = edit.key(name);
    Status status = status(edit.nodes(), key, edit.nodes().get(key).orElse(Node.EMPTY));
    for (RRset set : edit.sets(name)) {
      if (set.type().equals(RRType.NSEC)) {
        continue;
      }
      boolean wanted = status != Status.OCCLUDED && !set.rdata().isEmpty() && isSigned(status, set);
      boolean stale = !edit.before().set(name, set.type()).equals(Optional.of(set));
      if (wanted && (stale || !set.isSigned())) {
        edit.put(sign(edit.before().origin(), set));
      } else if (!wanted && set.isSigned()) {
        edit.put(set.withoutSignatures());
      }
    }
  }

  /** Whether an entry has its place in the chain of NSEC: it owns data, and no cut is above it. */
  private static boolean inChain(ZoneEdit edit, NameTree.Entry<Node> entry) {
    return !entry.value().isOnly(RRType.NSEC)
        && status(edit.nodes(), entry.key(), entry.value()) != Status.OCCLUDED;
  }

  private static Optional<Name> previous(ZoneEdit edit, Name name) {
    var before = edit.nodes().lower(edit.key(name));
    while (before.isPresent() && !inChain(edit, before.get())) {
      before = edit.nodes().lower(before.get().key());
    }
    return before.map(entry -> edit.name(entry.key()));
  }

  private static byte[] next(ZoneEdit edit, byte[] key) {
    var entries = edit.nodes().from(key);
    while (entries.hasNext()) {
      var entry = entries.next();
      if (!Arrays.equals(entry.key(), key) && inChain(edit, entry)) {
        return entry.key();
      }
    }
    return NameKey.APEX;
  }

  /** Makes, mends or takes away the NSEC of one name. */
  private void relink(ZoneEdit edit, Name name) {
    byte[] key = edit.key(name);
    Node node = edit.nodes().get(key).orElse(Node.EMPTY);
    if (node.isEmpty() || !inChain(edit, new NameTree.Entry<>(key, node))) {
      edit.put(RRset.of(name, RRType.NSEC, 0, List.of()));
      return;
    }
    Soa soa = Soa.of(edit.set(edit.before().origin(), RRType.SOA).rdata().getFirst());
    long ttl = Math.min(edit.set(edit.before().origin(), RRType.SOA).ttl(), soa.minimum());
    RRset due = nsec(edit.before().origin(), ttl, key, node, next(edit, key));
    RRset now = edit.set(name, RRType.NSEC);
    if (!due.rdata().equals(now.rdata()) || due.ttl() != now.ttl() || !now.isSigned()) {
      edit.put(sign(edit.before().origin(), due));
    }
  }

  /**
   * The sets whose signatures expire before {@code limit}, in order; what a server renews in time.
   * Those that begin after {@code now}, made while the clock was fast, are among them.
   */
  public static List<RRset> expiring(Zone zone, Instant now, Instant limit) {
    var due = new ArrayList<RRset>();
    for (Iterator<RRset> sets = zone.iterator(); sets.hasNext(); ) {
      RRset set = sets.next();
      boolean soon =
          set.signatures().stream()
              .map(s -> Validity.of(new Rrsig(s)))
              .anyMatch(v -> v.expired(limit.getEpochSecond()) || v.notYet(now.getEpochSecond()));
      if (soon) {
        due.add(set);
      }
    }
    return due;
  }
}
