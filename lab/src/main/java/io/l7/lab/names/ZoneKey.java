package io.l7.lab.names;

import io.l7.dns.dnssec.DigestType;
import io.l7.dns.dnssec.DnssecAlgorithm;
import io.l7.dns.dnssec.DsDigest;
import io.l7.dns.dnssec.SigningKey;
import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RRset;
import io.l7.dns.message.RecordText;
import io.l7.dns.message.ResourceRecord;
import io.l7.dns.update.ZoneWriter;
import io.l7.dns.zone.Zone;
import io.l7.dns.zone.ZoneSigner;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;

/** The one key of a zone, which signs both its keys and its data, and the zone's signer. */
final class ZoneKey {
  /** Longer than a lab lives: nothing is ever signed again because of its age. */
  private static final Duration LIFETIME = Duration.ofDays(30);

  private final Name zone;
  private final SigningKey key;
  private final ZoneSigner signer;

  private ZoneKey(Name zone, SigningKey key, InstantSource clock) {
    this.zone = zone;
    this.key = key;
    this.signer = new ZoneSigner(List.of(key), clock, LIFETIME);
  }

  static ZoneKey generate(Name zone, InstantSource clock) {
    var algorithm = DnssecAlgorithm.ECDSAP256SHA256;
    var key = SigningKey.generate(algorithm, SigningKey.Role.KSK, new SecureRandom());
    return new ZoneKey(zone, key, clock);
  }

  Zone sign(Zone whole) {
    return signer.signWhole(whole);
  }

  RRset sign(RRset set) {
    return signer.sign(zone, set);
  }

  ZoneWriter.Upkeep upkeep() {
    return signer::maintain;
  }

  /** The DS for the zone above, in master-file form. */
  String delegation() {
    var ds = DsDigest.of(zone, key.dnskey(), DigestType.SHA256);
    return RecordText.print(RRType.DS, ds.rdata());
  }

  /** The key as a record that a resolver can trust. */
  ResourceRecord anchor() {
    return ResourceRecord.of(zone, RRType.DNSKEY, NameSystem.TTL, key.dnskey().rdata());
  }
}
