package io.l7.dns.authority;

import io.l7.dns.message.Name;
import io.l7.dns.policy.Policies;
import io.l7.dns.policy.PolicyAction;
import io.l7.dns.policy.PolicyZone;
import io.l7.dns.transfer.Secondary;
import io.l7.dns.zone.LiveZone;
import io.l7.dns.zone.Zone;
import io.l7.dns.zone.ZoneFile;
import io.l7.dns.zone.ZoneLimits;
import io.l7.dns.zone.ZoneStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts each new version of a policy zone in force. A version that was in force stays so when the
 * next one is broken or the primaries are gone: no policy would be worse than an old one.
 */
final class PolicyFeeds {
  private static final Logger LOG = LoggerFactory.getLogger(PolicyFeeds.class);

  private final Policies policies;
  private final Map<PolicySource, Path> files = new LinkedHashMap<>();

  PolicyFeeds(Policies policies) {
    this.policies = policies;
  }

  /** Reads a file. */
  void read(PolicySource source, Path file) throws IOException {
    files.put(source, file);
    put(ZoneFile.load(file, source.origin(), ZoneLimits.defaults()), source.override());
  }

  /** Goes by a zone that this server is the primary of. */
  void follow(PolicySource source, LiveZone live) {
    live.onPublish(zone -> put(zone, source.override()));
    put(live.zone(), source.override());
  }

  /** Goes by a zone that is kept after its primaries, before that one starts. */
  void follow(PolicySource source, Secondary secondary) {
    secondary.onChange(zone -> put(zone, source.override()));
  }

  /** Takes what a secondary had kept from before, once it has started. */
  void takeKept(PolicySource source, ZoneStore zones) {
    Optional<LiveZone> kept = zones.at(source.origin());
    kept.ifPresentOrElse(
        live -> put(live.zone(), source.override()),
        () ->
            LOG.warn(
                "policy zone {}: no copy here; nothing is blocked before it comes",
                source.origin()));
  }

  /** Reads every file again; what is broken is logged, and its old version stays in force. */
  void reload() {
    files.forEach(
        (source, file) -> {
          try {
            put(ZoneFile.load(file, source.origin(), ZoneLimits.defaults()), source.override());
          } catch (IOException e) {
            LOG.error("policy zone {} stays as it was: {}", source.origin(), e.getMessage());
          }
        });
  }

  private void put(Zone zone, Optional<PolicyAction> override) {
    policies.put(new PolicyZone(zone, override));
    Name origin = zone.origin();
    LOG.info("policy zone {}: serial {}, {} names", origin, zone.serial(), zone.names());
  }
}
