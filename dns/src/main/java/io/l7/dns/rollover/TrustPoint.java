package io.l7.dns.rollover;

import io.l7.dns.dnssec.DsDigest;
import io.l7.dns.dnssec.SignatureCheck;
import io.l7.dns.dnssec.Validity;
import io.l7.dns.message.Dnskey;
import io.l7.dns.message.Ds;
import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RRset;
import io.l7.dns.message.Rdata;
import io.l7.dns.message.ResourceRecord;
import io.l7.dns.message.Rrsig;
import io.l7.dns.rollover.TrackedKey.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The keys known of one zone, immutable; what a DNSKEY set makes of them is another one (RFC 5011).
 *
 * @param ds what is trusted before any key has been seen
 * @param keys what has been seen
 */
public record TrustPoint(Name zone, List<Ds> ds, List<TrackedKey> keys) {
  /** RFC 5011 §2.4.1: a new key is trusted when it has been there so long without a break. */
  public static final Duration ADD_HOLD_DOWN = Duration.ofDays(30);

  /** RFC 5011 §4.2: a revoked key is forgotten after this. */
  public static final Duration REMOVE_HOLD_DOWN = Duration.ofDays(30);

  private static final int REVOKE = 0x0080;

  /** Keys of one zone looked at and remembered; a root has had three at once. */
  private static final int MOST_KEYS = 32;

  private static final long DEFAULT_TTL = 86_400;

  public TrustPoint {
    ds = List.copyOf(ds);
    keys = List.copyOf(keys);
  }

  /** A trust point that begins with configured anchors, DS or DNSKEY records of {@code zone}. */
  public static TrustPoint of(Name zone, List<ResourceRecord> anchors, long now) {
    var ds = new ArrayList<Ds>();
    var keys = new ArrayList<TrackedKey>();
    for (ResourceRecord record : anchors) {
      if (!record.owner().equals(zone)) {
        continue;
      }
      if (record.type().equals(RRType.DS)) {
        ds.add(new Ds(record.rdata()));
      } else if (record.type().equals(RRType.DNSKEY)) {
        keys.add(new TrackedKey(new Dnskey(record.rdata()), State.VALID, now));
      }
    }
    return new TrustPoint(zone, ds, keys);
  }

  /** The anchors to validate with now: trusted keys, or the configured DS before any is known. */
  public List<ResourceRecord> anchors() {
    List<ResourceRecord> trusted =
        keys.stream()
            .filter(TrackedKey::isTrusted)
            .map(
                tracked ->
                    ResourceRecord.of(zone, RRType.DNSKEY, DEFAULT_TTL, tracked.key().rdata()))
            .toList();
    if (!trusted.isEmpty() || !keys.isEmpty()) {
      return trusted;
    }
    return ds.stream()
        .map(each -> ResourceRecord.of(zone, RRType.DS, DEFAULT_TTL, each.rdata()))
        .toList();
  }

  /**
   * What is known after a DNSKEY set was seen; empty when no trusted key vouches for it.
   *
   * @param now seconds since 1970
   */
  public Optional<TrustPoint> seen(RRset set, long now) {
    List<Dnskey> shown =
        set.rdata().stream().limit(MOST_KEYS).map(Dnskey::new).filter(Dnskey::isZoneKey).toList();
    List<Dnskey> revoked =
        shown.stream().filter(key -> key.isRevoked() && signs(key, set, now)).toList();
    boolean vouched =
        shown.stream().anyMatch(key -> !key.isRevoked() && isTrusted(key) && signs(key, set, now));
    boolean farewell = revoked.stream().anyMatch(key -> isTrusted(plain(key)));
    if (!vouched && !farewell) {
      return Optional.empty();
    }
    var next = new ArrayList<TrackedKey>();
    for (TrackedKey tracked : keys) {
      boolean isRevoked = revoked.stream().anyMatch(key -> plain(key).equals(tracked.key()));
      boolean isShown = shown.contains(tracked.key());
      step(tracked, isShown, isRevoked, set.ttl(), now).ifPresent(next::add);
    }
    if (vouched) { // RFC 5011 §2.2: what a revoked key alone signs says nothing of others
      for (Dnskey key : shown) {
        boolean known = keys.stream().anyMatch(tracked -> tracked.key().equals(plain(key)));
        if (!known && key.isSecureEntryPoint() && !key.isRevoked() && next.size() < MOST_KEYS) {
          State first = namedByDs(key) ? State.VALID : State.ADD_PEND;
          next.add(new TrackedKey(key, first, now));
        }
      }
    }
    return Optional.of(new TrustPoint(zone, ds, next));
  }

  /** RFC 5011 §4.1: the table of states. */
  private static Optional<TrackedKey> step(
      TrackedKey tracked, boolean isShown, boolean isRevoked, long ttl, long now) {
    long age = now - tracked.since();
    return switch (tracked.state()) {
      case ADD_PEND -> {
        if (!isShown) {
          yield Optional.empty(); // it has to begin anew
        }
        boolean held = age >= Math.max(ADD_HOLD_DOWN.toSeconds(), ttl);
        yield Optional.of(held ? tracked.into(State.VALID, now) : tracked);
      }
      case VALID, MISSING ->
          Optional.of(
              tracked.into(isRevoked ? State.REVOKED : isShown ? State.VALID : State.MISSING, now));
      case REVOKED ->
          Optional.of(
              !isRevoked && age >= REMOVE_HOLD_DOWN.toSeconds()
                  ? tracked.into(State.REMOVED, now)
                  : tracked);
      case REMOVED -> Optional.of(tracked);
    };
  }

  private boolean isTrusted(Dnskey key) {
    boolean tracked = keys.stream().anyMatch(each -> each.isTrusted() && each.key().equals(key));
    return tracked || (keys.isEmpty() && namedByDs(key));
  }

  private boolean namedByDs(Dnskey key) {
    return keys.isEmpty() && ds.stream().anyMatch(each -> DsDigest.matches(each, zone, key));
  }

  private boolean signs(Dnskey key, RRset set, long now) {
    for (Rdata data : set.signatures()) {
      var rrsig = new Rrsig(data);
      Validity validity = Validity.of(rrsig);
      if (rrsig.signer().equals(zone)
          && !validity.notYet(now)
          && !validity.expired(now)
          && SignatureCheck.verify(key, rrsig, set) == SignatureCheck.Verdict.GOOD) {
        return true;
      }
    }
    return false;
  }

  /** The key without the REVOKE bit: it is the same key. */
  static Dnskey plain(Dnskey key) {
    byte[] data = key.rdata().toWire();
    data[1] &= (byte) ~REVOKE;
    return new Dnskey(Rdata.of(data));
  }
}
