package io.l7.dns.zone;

import io.l7.common.disk.Disk;
import io.l7.dns.message.Name;
import io.l7.dns.message.RRType;
import io.l7.dns.message.RRset;
import io.l7.dns.message.Rdata;
import io.l7.dns.message.ResourceRecord;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A zone in its master file. */
public final class ZoneFile {
  private static final Logger LOG = LoggerFactory.getLogger(ZoneFile.class);

  private ZoneFile() {}

  /**
   * Reads a zone. Only what makes serving it impossible or wrong is refused here; {@link ZoneCheck}
   * looks closer.
   *
   * @throws BrokenZoneException with file and line of what is wrong
   * @throws IOException if the file cannot be read
   */
  public static Zone load(Path file, Name origin, ZoneLimits limits) throws IOException {
    var reading = read(file, origin, limits, Lines.FORGOTTEN);
    if (!reading.faults.isEmpty()) {
      throw new BrokenZoneException(reading.faults);
    }
    reading.strays.forEach(stray -> LOG.warn("{}: left out", stray));
    return reading.zone.orElseThrow();
  }

  /**
   * What reading a file gave.
   *
   * @param zone empty when there is no usable SOA
   * @param strays records outside the zone, which are left out
   * @param lines where the first record of each set stands, as file and line
   */
  record Reading(
      Optional<Zone> zone,
      List<ZoneFault> faults,
      List<ZoneFault> strays,
      Map<Place, ZoneFault> lines) {}

  /** A set's place in the zone. */
  record Place(Name owner, RRType type) {}

  /** Whether a reading remembers where each set stands, which costs as much as the reading. */
  enum Lines {
    KEPT,
    FORGOTTEN
  }

  static Reading read(Path file, Name origin, ZoneLimits limits, Lines places) throws IOException {
    var collector = new Collector(file, origin, limits, places);
    MasterFile.read(file, origin, limits, collector);
    return collector.reading();
  }

  private static final class Collector implements MasterFile.Sink {
    private final Path main;
    private final Name origin;
    private final ZoneLimits limits;
    private final Lines places;
    private final ZoneBuilder builder;
    private final List<ZoneFault> faults = new ArrayList<>();
    private final List<ZoneFault> strays = new ArrayList<>();
    private final Map<Place, ZoneFault> lines = new HashMap<>();
    private Optional<Rdata> soa = Optional.empty();

    Collector(Path main, Name origin, ZoneLimits limits, Lines places) {
      this.places = places;
      this.main = main;
      this.origin = origin;
      this.limits = limits;
      this.builder = new ZoneBuilder(origin);
    }

    @Override
    public void record(Path file, int line, ResourceRecord record) {
      if (!record.owner().isSubdomainOf(origin)) {
        stray(new ZoneFault(file, line, record.owner() + " lies outside zone " + origin));
        return;
      }
      if (record.type().equals(RRType.SOA)) {
        if (!record.owner().equals(origin)) {
          fault(new ZoneFault(file, line, "SOA at " + record.owner() + ", which is not the apex"));
          return;
        }
        if (soa.isPresent() && !soa.get().equals(record.rdata())) {
          fault(new ZoneFault(file, line, "a second SOA"));
          return;
        }
        soa = Optional.of(record.rdata()); // the same once more ends what AXFR prints
      }
      if (places == Lines.KEPT) {
        lines.computeIfAbsent(
            new Place(record.owner(), record.type()), place -> new ZoneFault(file, line, ""));
      }
      builder.add(record);
    }

    private void stray(ZoneFault fault) {
      if (strays.size() < limits.findings()) {
        strays.add(fault);
      }
    }

    @Override
    public void fault(ZoneFault fault) {
      if (faults.size() < limits.findings()) {
        faults.add(fault);
      }
    }

    Reading reading() {
      if (soa.isEmpty()) {
        faults.add(new ZoneFault(main, 0, "no SOA at " + origin));
        return new Reading(Optional.empty(), faults, strays, lines);
      }
      try {
        return new Reading(Optional.of(builder.build()), faults, strays, lines);
      } catch (IllegalArgumentException e) {
        faults.add(new ZoneFault(main, 0, String.valueOf(e.getMessage())));
        return new Reading(Optional.empty(), faults, strays, lines);
      }
    }
  }

  /** Writes a zone as a master file with absolute names, one record a line. */
  public static void write(Path file, Zone zone) throws IOException {
    try (var out = Files.newBufferedWriter(file, StandardCharsets.US_ASCII)) {
      write(out, zone);
    }
  }

  /** Puts a zone in the place of what a file holds: durable, and whole at any moment. */
  public static void replace(Disk disk, Path file, Zone zone) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    try {
      write(fresh, zone);
      try (var written = disk.open(fresh, Disk.Open.WRITE)) {
        written.force();
      }
      disk.move(fresh, file);
    } catch (IOException | RuntimeException e) {
      Files.deleteIfExists(fresh); // half a zone on a full disk helps nobody
      throw e;
    }
    Path folder = file.toAbsolutePath().getParent();
    if (folder != null) {
      disk.syncDirectory(folder);
    }
  }

  static void write(BufferedWriter out, Zone zone) throws IOException {
    for (Iterator<RRset> sets = zone.iterator(); sets.hasNext(); ) {
      for (ResourceRecord record : sets.next().recordsWithSignatures()) {
        out.write(record.toString());
        out.newLine();
      }
    }
  }
}
