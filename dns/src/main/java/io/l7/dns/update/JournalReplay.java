package io.l7.dns.update;

import io.l7.dns.zone.Zone;
import io.l7.dns.zone.ZoneDelta;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/**
 * What comes out when a journal is played onto a zone file.
 *
 * @param zone the newest version
 * @param deltas those that led to it from the file
 */
record JournalReplay(Zone zone, List<ZoneDelta> deltas) {
  /**
   * Plays a journal onto the version of a file. The entry that signed this very file begins, or
   * else the last one that leads from its serial; each has to find what it takes away, and the file
   * has to hold what the entries before have brought.
   *
   * @return empty when it does not fit: the file is older, or was edited since
   */
  static Optional<JournalReplay> of(Zone file, List<Journal.Entry> entries) {
    if (entries.isEmpty() || entries.getLast().delta().endsIn(file)) {
      return Optional.of(new JournalReplay(file, List.of()));
    }
    OptionalInt first = first(file, entries);
    if (first.isEmpty()) {
      return Optional.empty();
    }
    Zone zone = file;
    var played = new ArrayList<ZoneDelta>();
    for (Journal.Entry entry : entries.subList(first.getAsInt(), entries.size())) {
      if (!fits(entry, zone)) {
        return Optional.empty();
      }
      zone = entry.delta().applyTo(zone);
      if (entry.delta().from() != entry.delta().to()) { // what signs a file under its own serial
        played.add(entry.delta());
      }
    }
    return Optional.of(new JournalReplay(zone, List.copyOf(played)));
  }

  private static OptionalInt first(Zone file, List<Journal.Entry> entries) {
    var leading =
        IntStream.range(0, entries.size())
            .filter(i -> entries.get(i).delta().from() == file.serial())
            .toArray();
    if (leading.length == 0) {
      return OptionalInt.empty();
    }
    // Where the file itself was signed, later versions may have its serial too.
    for (int i = leading.length - 1; i >= 0; i--) {
      if (entries.get(leading[i]).base().isPresent() && fits(entries.get(leading[i]), file)) {
        return OptionalInt.of(leading[i]);
      }
    }
    int first = leading[leading.length - 1];
    if (first > 0) {
      ZoneDelta before = entries.get(first - 1).delta();
      if (before.to() == file.serial() && !before.endsIn(file)) {
        return OptionalInt.empty();
      }
    }
    return OptionalInt.of(first);
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
