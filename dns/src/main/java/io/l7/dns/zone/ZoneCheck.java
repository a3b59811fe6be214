package io.l7.dns.zone;

import io.l7.dns.dnssec.DigestType;
import io.l7.dns.dnssec.SignatureCheck;
import io.l7.dns.dnssec.Validity;
import io.l7.dns.message.Dnskey;
import io.l7.dns.message.Ds;
import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RRset;
import io.l7.dns.message.Rdata;
import io.l7.dns.message.Rrsig;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Looks a zone over as strictly as named-checkzone and kzonecheck do. */
public final class ZoneCheck {
  private static final Set<RRType> BESIDE_CNAME =
      Set.of(RRType.CNAME, RRType.NSEC, RRType.KEY, RRType.SIG);

  private final Zone zone;
  private final Path file;
  private final Map<ZoneFile.Place, ZoneFault> lines;
  private final Instant now;
  private final int most;
  private final List<ZoneFault> faults = new ArrayList<>();

  private ZoneCheck(
      Zone zone, Path file, Map<ZoneFile.Place, ZoneFault> lines, Instant now, int most) {
    this.zone = zone;
    this.file = file;
    this.lines = lines;
    this.now = now;
    this.most = most;
  }

  /**
   * Everything that is wrong with a zone file, in the order of reading and then of names.
   *
   * @param now the time at which signatures must be valid
   * @throws IOException if the file cannot be read
   */
  public static List<ZoneFault> check(Path file, Name origin, ZoneLimits limits, Instant now)
      throws IOException {
    var reading = ZoneFile.read(file, origin, limits, ZoneFile.Lines.KEPT);
    var faults = new ArrayList<>(reading.faults());
    faults.addAll(reading.strays());
    reading
        .zone()
        .ifPresent(
            z ->
                faults.addAll(
                    new ZoneCheck(z, file, reading.lines(), now, limits.findings()).run()));
    return faults;
  }

  /** Why the zone's ZONEMD forbids to use it; empty when it does not. */
  public static Optional<String> digest(Zone zone) {
    return ZoneDigest.fault(zone);
  }

  private List<ZoneFault> run() {
    if (zone.set(zone.origin(), RRType.NS).isEmpty()) {
      fault(zone.origin(), RRType.SOA, "no NS at the apex");
    }
    Name previous = Name.ROOT;
    for (Iterator<RRset> sets = zone.iterator(); sets.hasNext() && faults.size() < most; ) {
      RRset set = sets.next();
      if (set.rdata().isEmpty()) {
        fault(set, "RRSIG over " + set.type() + ", which is not there");
        continue;
      }
      if (!set.owner().equals(previous)) {
        name(set.owner());
        previous = set.owner();
      }
      set(set);
    }
    if (zone.isSigned()) {
      signatures();
    }
    digest(zone).ifPresent(why -> fault(zone.origin(), RRType.ZONEMD, why));
    return faults;
  }

  private void fault(Name owner, RRType type, String what) {
    ZoneFault place = lines.get(new ZoneFile.Place(owner, type));
    faults.add(
        place == null
            ? new ZoneFault(file, 0, what)
            : new ZoneFault(place.file(), place.line(), what));
  }

  private void fault(RRset set, String what) {
    fault(set.owner(), set.type(), what);
  }

  /** Something wrong with a name as a whole: told at the last line that has a part in it. */
  private void fault(Name owner, String what) {
    RRType last =
        zone.sets(owner).stream()
            .map(RRset::type)
            .max(Comparator.comparingInt(type -> line(owner, type)))
            .orElse(RRType.SOA);
    fault(owner, last, what);
  }

  private int line(Name owner, RRType type) {
    ZoneFault place = lines.get(new ZoneFile.Place(owner, type));
    return place == null ? 0 : place.line();
  }

  private void name(Name owner) {
    List<RRset> sets = zone.sets(owner);
    // RFC 1034 §3.6.2, RFC 4034 §2.5
    boolean cname =
        sets.stream().anyMatch(s -> s.type().equals(RRType.CNAME) && !s.rdata().isEmpty());
    if (cname
        && sets.stream().anyMatch(s -> !s.rdata().isEmpty() && !BESIDE_CNAME.contains(s.type()))) {
      fault(owner, owner + " has a CNAME and other data");
    }
    for (Name above = owner; above.labels() > zone.origin().labels(); ) {
      above = above.parent();
      if (zone.set(above, RRType.DNAME).isPresent()) {
        fault(owner, owner + " lies below the DNAME at " + above); // RFC 6672 §2.4
      }
    }
  }

  private void set(RRset set) {
    switch (set.type().code()) {
      case 5, 39 -> {
        if (set.rdata().size() > 1) {
          fault(set, set.owner() + " has more than one " + set.type());
        }
      }
      case 2 -> {
        if (set.owner().isWildcard()) {
          fault(
              set, set.owner() + " has NS, but a wildcard must not be delegated"); // RFC 4592 §4.2
        }
        set.rdata().forEach(r -> server(set.owner(), r.asName()));
      }
      case 15 -> set.rdata().forEach(r -> target(set, r.nameAt(2)));
      case 33 -> set.rdata().forEach(r -> target(set, r.nameAt(6)));
      case 1, 28 -> {
        if (!isHostName(set.owner())) {
          fault(set, set.owner() + " has an address but is not a host name");
        }
      }
      case 43 -> delegationSigner(set);
      default -> {}
    }
  }

  private void delegationSigner(RRset set) {
    if (set.owner().equals(zone.origin())) {
      fault(set, "a DS at the apex, where it belongs to the parent"); // RFC 4035 §2.4
    } else if (zone.set(set.owner(), RRType.NS).isEmpty()) {
      fault(set, set.owner() + " has a DS but no NS");
    }
    for (Rdata rdata : set.rdata()) {
      var ds = new Ds(rdata);
      boolean wrong =
          DigestType.of(ds.digestType())
              .map(type -> ds.digest().length != type.length())
              .orElse(ds.digest().length == 0);
      if (wrong) {
        fault(set, set.owner() + " has a DS whose digest has " + ds.digest().length + " octets");
      }
    }
  }

  /** A name server of this zone or of one delegated from it. */
  private void server(Name owner, Name server) {
    if (!isHostName(server)) {
      fault(owner, RRType.NS, owner + " NS names " + server + ", which is not a host name");
    }
    if (!zone.contains(server)) {
      return;
    }
    if (zone.set(server, RRType.CNAME).isPresent()) {
      fault(
          owner, RRType.NS, owner + " NS names " + server + ", which is a CNAME"); // RFC 2181 §10.3
      return;
    }
    boolean glue =
        zone.set(server, RRType.A).isPresent() || zone.set(server, RRType.AAAA).isPresent();
    if (glue) {
      return;
    }
    var found = zone.find(server, RRType.A);
    boolean elsewhere =
        found instanceof Finding.Referral(RRset ns, var ds, var known)
            && !server.isSubdomainOf(owner);
    boolean byWildcard =
        found instanceof Finding.Answer || zone.find(server, RRType.AAAA) instanceof Finding.Answer;
    if (!elsewhere && !byWildcard) {
      fault(
          owner,
          RRType.NS,
          owner + " NS names " + server + ", which has no address (missing glue)");
    }
  }

  private void target(RRset set, Name target) {
    if (target.isRoot() || !zone.contains(target)) {
      return;
    }
    if (!isHostName(target)) {
      fault(
          set, set.owner() + " " + set.type() + " names " + target + ", which is not a host name");
    }
    switch (zone.find(target, RRType.A)) {
      case Finding.Alias alias ->
          fault(set, set.owner() + " " + set.type() + " names " + target + ", which is a CNAME");
      case Finding.NxDomain missing -> noAddress(set, target);
      case Finding.NoData noData -> {
        if (!(zone.find(target, RRType.AAAA) instanceof Finding.Answer)) {
          noAddress(set, target);
        }
      }
      default -> {}
    }
  }

  private void noAddress(RRset set, Name target) {
    fault(set, set.owner() + " " + set.type() + " names " + target + ", which has no address");
  }

  // RFC 952, RFC 1123 §2.1; a wildcard may stand for host names
  private static boolean isHostName(Name name) {
    for (int i = name.isWildcard() ? 1 : 0; i < name.labels(); i++) {
      byte[] label = name.label(i);
      for (int at = 0; at < label.length; at++) {
        char c = (char) (label[at] & 0xff);
        boolean letterOrDigit =
            (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        boolean inside = at > 0 && at < label.length - 1;
        if (!letterOrDigit && !(c == '-' && inside)) {
          return false;
        }
      }
    }
    return true;
  }

  private void signatures() {
    List<Dnskey> keys =
        zone.set(zone.origin(), RRType.DNSKEY).map(RRset::rdata).orElse(List.of()).stream()
            .map(Dnskey::new)
            .toList();
    for (Iterator<RRset> sets = zone.iterator(); sets.hasNext() && faults.size() < most; ) {
      RRset set = sets.next();
      if (set.rdata().isEmpty()) {
        continue;
      }
      if (!set.isSigned()) {
        if (mustBeSigned(set)) {
          fault(set, set.owner() + " " + set.type() + " is not signed");
        }
        continue;
      }
      for (Rdata signature : set.signatures()) {
        signature(set, new Rrsig(signature), keys);
      }
    }
    new ChainCheck(zone).faults().forEach(f -> fault(f.owner(), f.what()));
  }

  private boolean mustBeSigned(RRset set) {
    return switch (zone.find(set.owner(), set.type())) {
      case Finding.Referral referral -> false;
      case Finding.Redirect redirect -> false;
      default ->
          !zone.usesNsec3() || !set.type().equals(RRType.NS) || set.owner().equals(zone.origin());
    };
  }

  private void signature(RRset set, Rrsig rrsig, List<Dnskey> keys) {
    String what = set.owner() + " " + set.type() + ": signature by key " + rrsig.keyTag();
    Validity validity = Validity.of(rrsig);
    if (validity.expired(now.getEpochSecond())) {
      fault(set, what + " has expired");
    } else if (validity.notYet(now.getEpochSecond())) {
      fault(set, what + " is not valid yet");
    } else if (!rrsig.signer().equals(zone.origin()) || rrsig.originalTtl() != set.ttl()) {
      fault(set, what + " is of another zone or TTL");
    } else {
      var verdicts = keys.stream().map(k -> SignatureCheck.verify(k, rrsig, set)).toList();
      boolean fine =
          verdicts.contains(SignatureCheck.Verdict.GOOD)
              || verdicts.contains(SignatureCheck.Verdict.UNSUPPORTED);
      if (!fine) {
        fault(set, what + " does not verify");
      }
    }
  }
}
