package io.l7.dns.authority;

import io.l7.dns.message.Name;
import io.l7.dns.policy.Policies;
import io.l7.dns.policy.PolicyZone;
import io.l7.dns.transfer.Secondary;
import io.l7.dns.zone.LiveZone;
import io.l7.dns.zone.Zone;
import io.l7.dns.zone.ZoneFile;
import io.l7.dns.zone.ZoneLimits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts each new version of a policy zone in force. A version that was in force stays so when the
 * next one is broken or the primaries are gone: no policy would be worse than an old one.
 */
final class PolicyFeeds {
  private static final Logger LOG = LoggerFactory.getLogger(PolicyFeeds.class);

  private final Policies policies;
  private final Map<Follower, Path> files = new LinkedHashMap<>();

  PolicyFeeds(Policies policies) {
    this.policies = policies;
  }

  /** Reads a file. */
  void read(PolicySource source, Path file) throws IOException {
    var follower = new Follower(source);
    files.put(follower, file);
    follower.put(load(source, file));
  }

  private static Zone load(PolicySource source, Path file) throws IOException {
    return ZoneFile.load(file, source.origin(), ZoneLimits.defaults());
  }

  /** Goes by a zone that this server is the primary of. */
  void follow(PolicySource source, LiveZone live) {
    var follower = new Follower(source);
    live.onPublish(zone -> follower.take(() -> Optional.of(live.zone())));
    follower.take(() -> Optional.of(live.zone()));
  }

  /**
   * Goes by a zone that is kept after its primaries, and starts that. What it has kept from before
   * counts at once, expired or not.
   */
  void start(PolicySource source, Secondary secondary) {
    var follower = new Follower(source);
    secondary.onChange(zone -> follower.take(secondary::version));
    secondary.start();
    if (!follower.take(secondary::version)) {
      LOG.warn("policy zone {}: no copy here; nothing is blocked before it comes", source.origin());
    }
  }

  /** Reads every file again; what is broken is logged, and its old version stays in force. */
  void reload() {
    files.forEach(
        (follower, file) -> {
          try {
            follower.put(load(follower.source, file));
          } catch (IOException e) {
            LOG.error(
                "policy zone {} stays as it was: {}", follower.source.origin(), e.getMessage());
          }
        });
  }

  /** One zone; versions of it are put in force one after the other. */
  private final class Follower {
    private final PolicySource source;

    Follower(PolicySource source) {
      this.source = source;
    }

    /**
     * Takes what is current by the time that its turn comes: a large version takes seconds to be
     * made ready, and a newer one that came meanwhile must not be undone by it.
     */
    synchronized boolean take(Supplier<Optional<Zone>> current) {
      Optional<Zone> zone = current.get();
      zone.ifPresent(this::put);
      return zone.isPresent();
    }

    synchronized void put(Zone zone) {
      policies.put(new PolicyZone(zone, source.override()));
      Name origin = zone.origin();
      LOG.info("policy zone {}: serial {}, {} names", origin, zone.serial(), zone.names());
    }
  }
}
