package io.l7.dns.transfer;

import io.l7.common.disk.Disk;
import io.l7.common.disk.DiskPool;
import io.l7.dns.message.Name;
import io.l7.dns.update.Journal;
import io.l7.dns.zone.BrokenZoneException;
import io.l7.dns.zone.LiveZone;
import io.l7.dns.zone.Zone;
import io.l7.dns.zone.ZoneCheck;
import io.l7.dns.zone.ZoneDelta;
import io.l7.dns.zone.ZoneFile;
import io.l7.dns.zone.ZoneLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A secondary's zone on disk: the last version that came whole, and beside it a journal of what
 * came since. The file's time of change is the last time the primary confirmed it, so that a
 * restart knows when the zone expires.
 */
public final class KeptCopy implements Secondary.Keeper, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(KeptCopy.class);

  /** The journal may grow as long as the file, and to this many octets in any case. */
  private static final long SMALL_JOURNAL = 1L << 20;

  private final Disk disk;
  private final Path file;
  private final InstantSource clock;
  private final DiskPool pool;
  private final Journal journal;
  private final Optional<Secondary.Kept> kept;

  /** Whether the disk may hold another version than the one kept last. One refresh at a time. */
  private boolean isBehind;

  private KeptCopy(Disk disk, Path file, Name origin, InstantSource clock, DiskPool pool)
      throws IOException {
    this.disk = disk;
    this.file = file;
    this.clock = clock;
    this.pool = pool;
    var opened = Journal.open(disk, Journal.beside(file), origin);
    this.journal = opened.journal();
    try {
      this.kept = read(origin, opened.deltas());
    } catch (IOException | RuntimeException e) {
      journal.close();
      throw e;
    }
  }

  private Optional<Secondary.Kept> read(Name origin, List<ZoneDelta> deltas) throws IOException {
    if (!disk.exists(file)) {
      return Optional.empty();
    }
    try {
      LiveZone zone = replayed(ZoneFile.load(file, origin, ZoneLimits.defaults()), deltas);
      return Optional.of(new Secondary.Kept(zone, Files.getLastModifiedTime(file).toInstant()));
    } catch (BrokenZoneException e) {
      LOG.warn("zone {}: its copy cannot be used and is fetched anew: {}", origin, e.getMessage());
      return Optional.empty();
    }
  }

  /**
   * Opens the copy, or the place for one.
   *
   * @param pool does the work on the disk
   * @throws IOException when the disk fails; a damaged copy counts as none
   */
  public static KeptCopy open(Disk disk, Path file, Name origin, InstantSource clock, DiskPool pool)
      throws IOException {
    return pool.call(() -> new KeptCopy(disk, file, origin, clock, pool));
  }

  private static LiveZone replayed(Zone loaded, List<ZoneDelta> deltas) {
    var live = new LiveZone(loaded);
    for (ZoneDelta delta : deltas) {
      if (delta.startsFrom(live.zone())) {
        live.publish(delta.applyTo(live.zone()), List.of(delta));
      }
    }
    return live;
  }

  @Override
  public Optional<Secondary.Kept> kept() {
    return kept;
  }

  @Override
  public void keep(Zone zone) throws IOException {
    usable(zone);
    isBehind = true;
    pool.call(
        () -> {
          ZoneFile.replace(disk, file, zone);
          journal.clear(); // then: what it holds does not lead from this file, and is not played
          return zone;
        });
    confirmed();
    isBehind = false;
  }

  @Override
  public void keep(Zone zone, List<ZoneDelta> deltas) throws IOException {
    usable(zone);
    boolean wasBehind = isBehind;
    isBehind = true;
    boolean isLong =
        pool.call(
            () -> {
              if (wasBehind || !disk.exists(file)) {
                return true; // the differences would not lead from what is there
              }
              journal.append(deltas);
              return journal.size() > Math.max(SMALL_JOURNAL, Files.size(file));
            });
    if (isLong) {
      keep(zone);
    } else {
      confirmed();
      isBehind = false;
    }
  }

  /**
   * What a secondary that keeps nothing asks of a version.
   *
   * @throws IOException when its digest does not match, so that it must not be used (RFC 8976 §4)
   */
  public static void usable(Zone zone) throws IOException {
    var wrong = ZoneCheck.digest(zone);
    if (wrong.isPresent()) {
      throw new IOException("zone " + zone.origin() + " must not be used: " + wrong.get());
    }
  }

  @Override
  public void confirmed() throws IOException {
    Instant now = clock.instant();
    pool.call(() -> Files.setLastModifiedTime(file, FileTime.from(now)));
  }

  @Override
  public void close() throws IOException {
    journal.close();
  }
}
