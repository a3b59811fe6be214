package io.l7.dns.update;

import io.l7.common.disk.Disk;
import io.l7.dns.message.Name;
import io.l7.dns.message.RRset;
import io.l7.dns.message.Rcode;
import io.l7.dns.zone.BrokenZoneException;
import io.l7.dns.zone.LiveZone;
import io.l7.dns.zone.Serial;
import io.l7.dns.zone.Zone;
import io.l7.dns.zone.ZoneDelta;
import io.l7.dns.zone.ZoneEdit;
import io.l7.dns.zone.ZoneFault;
import io.l7.dns.zone.ZoneFile;
import io.l7.dns.zone.ZoneLimits;
import io.l7.dns.zone.ZoneSigner;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
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

  /** Records of a zone whose signing takes so long that it is said: about a second. */
  private static final long LARGE = 10_000;

  /**
   * Sets whose signatures are renewed in one version: about a tenth of a second for the updates
   * that wait meanwhile, and a difference that a secondary takes in its stride. BIND signs 100
   * nodes at a time (sig-signing-nodes).
   */
  static final int RENEWED_AT_ONCE = 500;

  private final Path file;
  private final Optional<ZoneSigner> signer;
  private final LiveZone live;
  private final ZoneWriter writer;

  /** {@link #content} of the file when it was last read or written. */
  private final AtomicInteger onFile;

  private PrimaryZone(
      Path file,
      Optional<ZoneSigner> signer,
      LiveZone live,
      ZoneWriter writer,
      AtomicInteger onFile) {
    this.file = file;
    this.signer = signer;
    this.live = live;
    this.writer = writer;
    this.onFile = onFile;
  }

  /** What became of a file that was read again. */
  public enum Reloaded {
    /** It is served. */
    TAKEN,
    /** It holds what it held before, or what is served. */
    UNCHANGED,
    /** It was edited, and its serial is not newer than the one that is served. */
    NOT_NEWER
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
    var onFile = new AtomicInteger(content(zone));
    Path path = Journal.beside(file);
    boolean changes = options.signer.isPresent() || !options.policy.isEmpty();
    if (!changes && !disk.exists(path)) {
      // A zone that only its file changes needs no journal, and its folder may be read-only.
      var live = new LiveZone(zone);
      return new PrimaryZone(
          file,
          options.signer,
          live,
          writer(live, options, Optional.empty(), ZoneWriter.Checkpoint.never()),
          onFile);
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
      ZoneWriter.Checkpoint checkpoint = (j, z) -> checkpoint(disk, file, j, z, onFile);
      return new PrimaryZone(
          file,
          options.signer,
          live,
          writer(live, options, Optional.of(journal), checkpoint),
          onFile);
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
    boolean isLarge = before.records() >= LARGE;
    if (isLarge) {
      LOG.info(
          "zone {}: signing {} records; the server is not ready before that is done",
          before.origin(),
          before.records());
    }
    long start = System.nanoTime();
    var edit = before.edit();
    edit.serial(Serial.next(Serial.isAfter(last, before.serial()) ? last : before.serial()));
    Zone signed = signer.signWhole(edit.zone());
    ZoneDelta delta = ZoneDelta.between(before, signed);
    journal.appendSigning(delta, before);
    live.publish(signed, List.of(delta));
    if (isLarge) {
      long seconds = Duration.ofNanos(System.nanoTime() - start).toSeconds();
      LOG.info("zone {}: signed within {} s", before.origin(), seconds + 1);
    }
  }

  /** Tells a zone from others, for as long as the program runs; order counts. */
  private static int content(Zone zone) {
    int content = 1;
    for (Iterator<RRset> sets = zone.iterator(); sets.hasNext(); ) {
      content = 31 * content + sets.next().hashCode();
    }
    return content;
  }

  private static void checkpoint(
      Disk disk, Path file, Journal journal, Zone zone, AtomicInteger onFile) {
    if (journal.size() < MAX_JOURNAL) {
      return;
    }
    try {
      ZoneFile.replace(disk, file, zone);
      onFile.set(content(zone));
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
  public Reloaded reload(ZoneLimits limits) throws IOException {
    Zone fresh = ZoneFile.load(file, live.origin(), limits);
    Zone served = live.zone();
    if (onFile.get() == content(fresh)) {
      return Reloaded.UNCHANGED; // a zone that changes by itself is ahead of its file
    }
    if (!Serial.isAfter(fresh.serial(), served.serial())) {
      boolean same =
          fresh.serial() == served.serial() && ZoneDelta.between(fresh, served).isSigningAlone();
      if (same) {
        return Reloaded.UNCHANGED;
      }
      LOG.warn(
          "zone {}: serial {} of the file is not newer than {}: kept as it is",
          live.origin(),
          fresh.serial(),
          served.serial());
      return Reloaded.NOT_NEWER;
    }
    Rcode outcome =
        writer.replace(fresh, zone -> signer.isPresent() ? signer.get().signWhole(zone) : zone);
    if (!outcome.equals(Rcode.NOERROR)) {
      throw new IOException("the file was not taken over: " + outcome);
    }
    onFile.set(content(fresh));
    return Reloaded.TAKEN;
  }

  public LiveZone live() {
    return live;
  }

  public ZoneWriter writer() {
    return writer;
  }

  /**
   * Renews the signatures that have less than {@code ahead} to live, or whose time has not come, in
   * parts between which updates have their turn; returns how many sets had such.
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
    for (int from = 0; from < due.size(); from += RENEWED_AT_ONCE) {
      var part = due.subList(from, Math.min(due.size(), from + RENEWED_AT_ONCE));
      Rcode outcome = writer.change(edit -> part.forEach(set -> bare(edit, set)));
      if (!outcome.equals(Rcode.NOERROR)) {
        LOG.error(
            "zone {}: signatures of {} sets could not be renewed: {}",
            live.origin(),
            due.size() - from,
            outcome);
        return from;
      }
    }
    return due.size();
  }

  /** Has a set signed anew, as it is by now; an update may have come between. */
  private static void bare(ZoneEdit edit, RRset set) {
    edit.put(edit.set(set.owner(), set.type()).withoutSignatures());
  }

  @Override
  public void close() throws IOException {
    writer.close();
  }
}
