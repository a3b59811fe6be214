package io.l7.bittorrent.bound;

import io.l7.bittorrent.swarm.RollingRate;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How near a real swarm is to its bound, as one of its peers can see it. Nobody knows the links of
 * the others, so the uplinks are taken for what the swarm has shown that they can do: the greatest
 * rate at which copies were made (us + sum ui), and the greatest rate at which pieces appeared
 * outside the seed for the first time (us). It is an estimate from below of the links, and so from
 * above of the bound; a limit of our own is known and used as it is. Not safe for concurrent use.
 */
public final class SwarmGauge {
  private static final int WINDOW_SECONDS = 10;

  private final long fileBytes;
  private final OptionalLong seedUp;
  private final OptionalLong ownDown;
  private final Map<Integer, Long> leechers = new HashMap<>();
  private final RollingRate copies = new RollingRate(WINDOW_SECONDS);
  private final RollingRate firsts = new RollingRate(WINDOW_SECONDS);
  private OptionalLong begun = OptionalLong.empty();
  private OptionalLong doneAt = OptionalLong.empty();
  private boolean newcomers = true;
  private long brought;
  private long moved;
  private long known;
  private long knownAtFirst;
  private double peakCopies;
  private double peakFirsts;

  /**
   * @param fileBytes F, of what is selected
   * @param seedUp us in bytes a second, if we are the seed and our uplink is limited
   * @param ownDown our downlink in bytes a second, if it is limited and we download
   */
  public SwarmGauge(long fileBytes, OptionalLong seedUp, OptionalLong ownDown) {
    this.fileBytes = fileBytes;
    this.seedUp = seedUp;
    this.ownDown = ownDown;
  }

  /**
   * What the gauge shows.
   *
   * @param bound D of the bound, by the links as estimated
   * @param leechers N, all that were ever seen, with ourselves
   * @param seedBytesPerSecond us
   * @param uplinkBytesPerSecond us + sum ui
   * @param elapsedSeconds since the first piece was seen to move
   * @param delivered the share of all copies that is there, 0 to 1
   * @param efficiency the bound's time for that share over the time it took
   */
  public record Reading(
      Bound bound,
      int leechers,
      double seedBytesPerSecond,
      double uplinkBytesPerSecond,
      double elapsedSeconds,
      double delivered,
      double efficiency) {}

  /**
   * A leecher has that many bytes now; it is remembered when it leaves.
   *
   * @param own bytes it brought along, which were not delivered before our eyes; of interest when
   *     it is reported for the first time
   */
  public void leecher(int id, long bytes, long own) {
    var before = leechers.get(id);
    if (before == null) {
      leechers.put(id, bytes);
      brought += own;
      newcomers = true;
    } else if (bytes > before) {
      leechers.put(id, bytes);
    }
  }

  /**
   * Takes stock, about once a second, after the leechers were reported.
   *
   * @param firstCopies bytes that at least one leecher has
   */
  public void observe(long firstCopies, long nowNanos) {
    long total = leechers.values().stream().mapToLong(Long::longValue).sum() - brought;
    if (begun.isEmpty() && total > 0) {
      begun = OptionalLong.of(nowNanos - 1_000_000_000L);
    }
    long delivered = total - moved;
    copies.add(delivered, nowNanos);
    moved = total;
    long fresh = Math.max(0, firstCopies - known);
    known += fresh;
    if (newcomers) {
      newcomers = false;
      long broughtAlong = Math.max(0, fresh - delivered);
      knownAtFirst += broughtAlong;
      fresh -= broughtAlong;
    }
    firsts.add(fresh, nowNanos);
    peakCopies = Math.max(peakCopies, mean(copies, nowNanos));
    peakFirsts = Math.max(peakFirsts, mean(firsts, nowNanos));
    if (!done()) {
      doneAt = OptionalLong.empty();
    } else if (doneAt.isEmpty()) {
      doneAt = OptionalLong.of(nowNanos);
    }
  }

  /** Over the window, or over the time since the beginning when that is shorter. */
  private double mean(RollingRate rate, long now) {
    double seconds = begun.isEmpty() ? WINDOW_SECONDS : (now - begun.getAsLong()) / 1e9;
    return rate.rate(now) * WINDOW_SECONDS / Math.clamp(seconds, 1, WINDOW_SECONDS);
  }

  /** The reading now; empty while nothing has moved. */
  public Optional<Reading> read(long nowNanos) {
    int n = leechers.size();
    if (begun.isEmpty() || n == 0 || peakCopies <= 0 || fileBytes <= 0) {
      return Optional.empty();
    }
    double us =
        seedUp.isPresent() ? seedUp.getAsLong() : Math.max(peakFirsts, peakCopies / (n + 1));
    double all = Math.max(peakCopies, us);
    long missing = n * fileBytes - brought;
    var bound = new Bound((fileBytes - knownAtFirst) / us, Bound.Term.SEED_UPLINK);
    if (ownDown.isPresent()) {
      bound = bound.orSlower(fileBytes / (double) ownDown.getAsLong(), Bound.Term.SLOWEST_DOWNLINK);
    }
    bound = bound.orSlower(missing / all, Bound.Term.ALL_UPLINKS);
    double share = missing <= 0 ? 1 : Math.min(1, moved / (double) missing);
    double elapsed = Math.max(1e-3, (doneAt.orElse(nowNanos) - begun.getAsLong()) / 1e9);
    return Optional.of(
        new Reading(bound, n, us, all, elapsed, share, share * bound.seconds() / elapsed));
  }

  /** Whether every leecher that was seen has everything. */
  public boolean done() {
    return !leechers.isEmpty() && leechers.values().stream().allMatch(b -> b >= fileBytes);
  }
}
