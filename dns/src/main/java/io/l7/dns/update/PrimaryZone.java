package io.l7.dns.update;

import io.l7.common.disk.Disk;
import io.l7.dns.message.Name;
import io.l7.dns.message.Rcode;
import io.l7.dns.zone.BrokenZoneException;
import io.l7.dns.zone.LiveZone;
import io.l7.dns.zone.Serial;
import io.l7.dns.zone.Zone;
import io.l7.dns.zone.ZoneDelta;
import io.l7.dns.zone.ZoneFault;
import io.l7.dns.zone.ZoneFile;
import io.l7.dns.zone.ZoneLimits;
import io.l7.dns.zone.ZoneSigner;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A zone that this server is the primary of: its file, its journal, its keys and its one writer.
 * What the journal holds is played onto the file at the start; the serial served never goes back.
 */
public final class PrimaryZone implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PrimaryZone.class);

  /**
   * Octets of a journal after which the zone file is written anew: a start plays this in about two
   * seconds.
   */
  private static final long MAX_JOURNAL = 64L << 20;

  private final Path file;
  private final Optional<ZoneSigner> signer;
  private final LiveZone live;
  private final ZoneWriter writer;

  private PrimaryZone(Path file, Optional<ZoneSigner> signer, LiveZone live, ZoneWriter writer) {
    this.file = file;
    this.signer = signer;
    this.live = live;
    this.writer = writer;
  }

  /** How a zone is served. */
  public record Options(UpdatePolicy policy, Optional<ZoneSigner> signer, ZoneLimits limits) {}

  /**
   * Loads file and journal.
   *
   * @throws BrokenZoneException when the file is broken, or older than its journal
   * @throws IOException when file or journal cannot be read
   */
  public static PrimaryZone open(Disk disk, Path file, Name origin, Options options)
      throws IOException {
    Zone zone = ZoneFile.load(file, origin, options.limits);
    Path path = Journal.beside(file);
    boolean changes = options.signer.isPresent() || !options.policy.isEmpty();
    if (!changes && !disk.exists(path)) {
      // A zone that only its file changes needs no journal, and its folder may be read-only.
      var live = new LiveZone(zone);
      return new PrimaryZone(
          file,
          options.signer,
          live,
          writer(live, options, Optional.empty(), ZoneWriter.Checkpoint.never()));
    }
    var opened = Journal.open(disk, path, origin);
    Journal journal = opened.journal();
    try {
      List<Journal.Entry> entries = opened.entries();
      List<ZoneDelta> deltas = opened.deltas();
      if (!deltas.isEmpty() && Serial.isAfter(zone.serial(), deltas.getLast().to())) {
        LOG.info(
            "zone {}: the file has a newer serial than the journal, which starts anew", origin);
        journal.clear();
        entries = List.of();
        deltas = List.of();
      }
      Optional<JournalReplay> replay = JournalReplay.of(zone, entries);
      boolean edited = replay.isEmpty();
      if (edited && (options.signer.isEmpty() || !JournalReplay.holdsSigningAlone(deltas))) {
        throw edited(file, zone, deltas);
      }
      zone = replay.isPresent() ? replay.get().zone() : zone;
      var live = new LiveZone(zone);
      if (replay.isPresent() && !replay.get().deltas().isEmpty()) {
        live.publish(zone, replay.get().deltas());
      }
      // chains of hashes are served, not kept up: a zone that is to be signed here gets NSEC
      boolean wantsSigning =
          edited
              || options.signer.isPresent()
                  && (zone.usesNsec3() || !options.signer.get().hasSigned(zone));
      if (wantsSigning) {
        long last = deltas.isEmpty() ? zone.serial() : deltas.getLast().to();
        sign(options.signer.orElseThrow(), live, journal, last);
      }
      ZoneWriter.Checkpoint checkpoint = (j, z) -> checkpoint(disk, file, j, z);
      return new PrimaryZone(
          file, options.signer, live, writer(live, options, Optional.of(journal), checkpoint));
    } catch (IOException | RuntimeException e) {
      journal.close();
      throw e;
    }
  }

  private static ZoneWriter writer(
      LiveZone live, Options options, Optional<Journal> journal, ZoneWriter.Checkpoint checkpoint) {
    ZoneWriter.Upkeep upkeep =
        options.signer.<ZoneWriter.Upkeep>map(s -> s::maintain).orElse(ZoneWriter.Upkeep.none());
    return new ZoneWriter(live, options.policy, upkeep, journal, checkpoint);
  }

  private static BrokenZoneException edited(Path file, Zone zone, List<ZoneDelta> deltas) {
    String what =
        "serial "
            + zone.serial()
            + " does not fit the journal, which leads from "
            + deltas.getFirst().from()
            + " to "
            + deltas.getLast().to()
            + "; a file that is to take its place needs a serial after that";
    return new BrokenZoneException(List.of(new ZoneFault(file, 0, what)));
  }

  /**
   * Signs the zone as a whole; the signatures are a change like any other, and durable before they
   * are served. The serial comes after {@code last}, too, which was served before.
   */
  private static void sign(ZoneSigner signer, LiveZone live, Journal journal, long last)
      throws IOException {
    Zone before = live.zone();
    var edit = before.edit();
    edit.serial(Serial.next(Serial.isAfter(last, before.serial()) ? last : before.serial()));
    Zone signed = signer.signWhole(edit.zone());
    ZoneDelta delta = ZoneDelta.between(before, signed);
    journal.appendSigning(delta, before);
    live.publish(signed, List.of(delta));
  }

  private static void checkpoint(Disk disk, Path file, Journal journal, Zone zone) {
    if (journal.size() < MAX_JOURNAL) {
      return;
    }
    try {
      ZoneFile.replace(disk, file, zone);
      journal.clear();
    } catch (IOException e) {
      LOG.error("zone {}: the zone file cannot be written; the journal grows on", zone.origin(), e);
    }
  }

  /**
   * Reads the file again. A broken file, or one whose serial is not newer, changes nothing.
   *
   * @throws BrokenZoneException with what is wrong
   * @throws IOException when the file cannot be read
   */
  public void reload(ZoneLimits limits) throws IOException {
    Zone fresh = ZoneFile.load(file, live.origin(), limits);
    Zone served = live.zone();
    if (!Serial.isAfter(fresh.serial(), served.serial())) {
      boolean same =
          fresh.serial() == served.serial() && ZoneDelta.between(fresh, served).isSigningAlone();
      if (!same) {
        LOG.warn(
            "zone {}: serial {} of the file is not newer than {}: kept as it is",
            live.origin(),
            fresh.serial(),
            served.serial());
      }
      return;
    }
    Rcode outcome =
        writer.replace(fresh, zone -> signer.isPresent() ? signer.get().signWhole(zone) : zone);
    if (!outcome.equals(Rcode.NOERROR)) {
      throw new IOException("the file was not taken over: " + outcome);
    }
  }

  public LiveZone live() {
    return live;
  }

  public ZoneWriter writer() {
    return writer;
  }

  /**
   * Renews the signatures that have less than {@code ahead} to live, or whose time has not come;
   * returns how many sets had such.
   */
  public int renew(Duration ahead, InstantSource clock) {
    if (signer.isEmpty()) {
      return 0;
    }
    Instant now = clock.instant();
    var due = ZoneSigner.expiring(live.zone(), now, now.plus(ahead));
    if (due.isEmpty()) {
      return 0;
    }
    Rcode outcome =
        writer.change(
            edit ->
                due.forEach(
                    set -> edit.put(edit.set(set.owner(), set.type()).withoutSignatures())));
    if (!outcome.equals(Rcode.NOERROR)) {
      LOG.error(
          "zone {}: signatures of {} sets could not be renewed: {}",
          live.origin(),
          due.size(),
          outcome);
      return 0;
    }
    return due.size();
  }

  @Override
  public void close() throws IOException {
    writer.close();
  }
}
