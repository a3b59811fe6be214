package io.l7.bittorrent.tracker;

import io.l7.bittorrent.metainfo.InfoHash;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.TreeSet;

/** The torrents a tracker serves: all, or those named. Immutable; looking up allocates nothing. */
public final class AllowList {
  private static final AllowList EVERYTHING =
      new AllowList(true, new long[0], new long[0], new int[0]);

  private final boolean open;
  private final long[] first;
  private final long[] second;
  private final int[] third;

  private AllowList(boolean open, long[] first, long[] second, int[] third) {
    this.open = open;
    this.first = first;
    this.second = second;
    this.third = third;
  }

  /** A public tracker: everything is allowed. */
  public static AllowList everything() {
    return EVERYTHING;
  }

  /** These torrents alone. */
  public static AllowList of(Collection<InfoHash> hashes) {
    var sorted = new TreeSet<>(hashes);
    var first = new long[sorted.size()];
    var second = new long[sorted.size()];
    var third = new int[sorted.size()];
    int i = 0;
    for (var hash : sorted) {
      var bytes = ByteBuffer.wrap(hash.bytes());
      first[i] = bytes.getLong();
      second[i] = bytes.getLong();
      third[i++] = bytes.getInt();
    }
    return new AllowList(false, first, second, third);
  }

  /** One hash of 40 hexadecimal digits a line, either case; blank lines and # comments pass. */
  public static AllowList parse(Collection<String> lines) {
    return of(
        lines.stream()
            .map(line -> line.contains("#") ? line.substring(0, line.indexOf('#')) : line)
            .map(String::strip)
            .filter(line -> !line.isEmpty())
            .map(InfoHash::parse)
            .toList());
  }

  /** Number of torrents named; 0 when everything is allowed. */
  public int size() {
    return first.length;
  }

  boolean allows(long h0, long h1, int h2) {
    if (open) {
      return true;
    }
    int low = 0;
    int high = first.length - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = Long.compareUnsigned(first[middle], h0);
      if (order == 0) {
        order = Long.compareUnsigned(second[middle], h1);
      }
      if (order == 0) {
        order = Integer.compareUnsigned(third[middle], h2);
      }
      if (order == 0) {
        return true;
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return false;
  }
}
