package io.l7.dns.update;

import io.l7.dns.zone.Zone;
import io.l7.dns.zone.ZoneDelta;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What comes out when a journal is played onto a zone file.
 *
 * @param zone the newest version
 * @param deltas those that led to it from the file
 */
record JournalReplay(Zone zone, List<ZoneDelta> deltas) {
  /**
   * Plays a journal onto the version of a file. The last entry that leads from the file's serial
   * begins; each has to find what it takes away, and the file has to hold what the entries before
   * have brought.
   *
   * @return empty when it does not fit: the file is older, or was edited since
   */
  static Optional<JournalReplay> of(Zone file, List<Journal.Entry> entries) {
    if (entries.isEmpty() || entries.getLast().delta().endsIn(file)) {
      return Optional.of(new JournalReplay(file, List.of()));
    }
    int first = entries.size() - 1;
    while (first >= 0 && entries.get(first).delta().from() != file.serial()) {
      first--;
    }
    if (first < 0) {
      return Optional.empty();
    }
    var before =
        first == 0 ? Optional.<ZoneDelta>empty() : Optional.of(entries.get(first - 1).delta());
    if (before.isPresent() && before.get().to() == file.serial() && !before.get().endsIn(file)) {
      return Optional.empty();
    }
    Zone zone = file;
    var played = new ArrayList<ZoneDelta>();
    for (Journal.Entry entry : entries.subList(first, entries.size())) {
      if (!fits(entry, zone)) {
        return Optional.empty();
      }
      zone = entry.delta().applyTo(zone);
      played.add(entry.delta());
    }
    return Optional.of(new JournalReplay(zone, List.copyOf(played)));
  }

  private static boolean fits(Journal.Entry entry, Zone zone) {
    return entry.delta().startsFrom(zone)
        && (entry.base().isEmpty() || entry.base().equals(Journal.digest(zone)));
  }

  /** Whether nothing would be lost with the journal but what signing makes again. */
  static boolean holdsSigningAlone(List<ZoneDelta> deltas) {
    return deltas.stream().allMatch(ZoneDelta::isSigningAlone);
  }
}
