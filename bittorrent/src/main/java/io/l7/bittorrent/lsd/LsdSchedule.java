package io.l7.bittorrent.lsd;

import io.l7.bittorrent.metainfo.InfoHash;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which torrents are announced when (BEP 14): each at once and then every five minutes, and an
 * announce a minute at most; few torrents take turns, of many several share one. Pure: {@code now}
 * is nanoseconds of one monotonic clock. Not safe for concurrent use.
 */
public final class LsdSchedule {
  private final LsdLimits limits;

  /** When each is due, in the order in which they came. */
  private final Map<InfoHash, Long> due = new LinkedHashMap<>();

  private long notBefore;

  /** A schedule that has announced nothing. */
  public LsdSchedule(LsdLimits limits, long now) {
    this.limits = limits;
    this.notBefore = now;
  }

  /**
   * What to announce now, which counts as done; nothing as a rule.
   *
   * @param present the torrents that may be announced
   */
  public List<InfoHash> next(Collection<InfoHash> present, long now) {
    due.keySet().retainAll(new HashSet<>(present));
    present.forEach(torrent -> due.putIfAbsent(torrent, now));
    if (now - notBefore < 0) {
      return List.of();
    }
    int room = Math.min(limits.hashes(), Math.ceilDiv(due.size(), limits.together()));
    var first = new ArrayList<InfoHash>();
    due.entrySet().stream()
        .filter(entry -> now - entry.getValue() >= 0)
        .sorted(Comparator.comparingLong(entry -> entry.getValue() - now))
        .limit(room)
        .forEach(entry -> first.add(entry.getKey()));
    if (!first.isEmpty()) {
      notBefore = now + limits.pause().toNanos();
      first.forEach(torrent -> due.put(torrent, now + limits.interval().toNanos()));
    }
    return first;
  }
}
