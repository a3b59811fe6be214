package io.l7.bittorrent.announce;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * When a tracker is told what: started, then at the intervals it asks for, completed once; after a
 * failure with pauses that double. Time is handed in as nanoseconds of any monotonic origin, and
 * only differences count. Not safe for concurrent use.
 */
final class AnnounceSchedule {
  private static final int MOST_FAILURES = 20;

  private final AnnounceLimits limits;
  private final Set<AnnounceEvent> due = EnumSet.of(AnnounceEvent.STARTED);
  private boolean hungry;
  private boolean started;
  private boolean completed;
  private int failures;

  /** Announces in a row that were made for want of peers. */
  private int lonely;

  private long notBefore;
  private long next;

  /** Something to tell at once, at {@code now} and ever after. */
  AnnounceSchedule(AnnounceLimits limits, long now) {
    this.limits = limits;
    this.notBefore = now;
    this.next = now;
  }

  /** All was there from the start: it is never told as a download (BEP 3), whatever is lost. */
  void alreadyComplete() {
    completed = true;
  }

  /** Every selected byte is there; told once, also when some were lost and fetched again. */
  void completed() {
    if (!completed) {
      completed = true;
      due.add(AnnounceEvent.COMPLETED);
    }
  }

  /** More peers would be welcome, as soon as the tracker allows. */
  void wantPeers() {
    hungry = true;
  }

  /** What to tell now, if anything. */
  Optional<AnnounceEvent> due(long now) {
    boolean mayRetry = failures == 0 || now - next >= 0;
    if (due.contains(AnnounceEvent.STARTED)) {
      return mayRetry ? Optional.of(AnnounceEvent.STARTED) : Optional.empty();
    }
    if (due.contains(AnnounceEvent.COMPLETED) && mayRetry) {
      return Optional.of(AnnounceEvent.COMPLETED);
    }
    boolean regular = now - next >= 0 || hungry && now - notBefore >= 0;
    return regular ? Optional.of(AnnounceEvent.NONE) : Optional.empty();
  }

  /** Nanoseconds until something may be due; looked at anew when anything changes. */
  long pause(long now) {
    boolean sooner = hungry && started && failures == 0 && notBefore - next < 0;
    return (sooner ? notBefore : next) - now;
  }

  /**
   * A tracker has taken note of this.
   *
   * @param shortest interval that is believed of it
   */
  void accepted(AnnounceEvent event, AnnounceAnswer.Accepted answer, Duration shortest, long now) {
    started = true;
    due.remove(event);
    failures = 0;
    lonely = hungry && event == AnnounceEvent.NONE ? Math.min(lonely + 1, MOST_FAILURES) : 0;
    hungry = false;
    var interval = atLeast(shortest, answer.interval());
    if (interval.compareTo(limits.longest()) > 0) {
      interval = limits.longest();
    }
    next = now + interval.toNanos();
    var least =
        answer.minInterval().map(i -> atLeast(shortest, i)).orElseGet(() -> pause(shortest));
    notBefore = now + Math.min(least.toNanos(), interval.toNanos());
  }

  private static Duration atLeast(Duration least, Duration said) {
    return said.compareTo(least) < 0 ? least : said;
  }

  /**
   * Without a word of the tracker, a torrent without peers asks no sooner than this. BEP 3 lets it
   * ask when it needs more peers, and leaves open how often.
   */
  private Duration pause(Duration shortest) {
    // A tracker on this machine, of which any interval is believed, is somebody's experiment.
    return shortest.isZero() ? limits.shortest() : limits.lonely().multipliedBy(1L << lonely);
  }

  /** A tracker wants to be left alone for that long (BEP 31). */
  void refused(Duration pause, long now) {
    next = now + pause.toNanos();
  }

  /** No tracker has taken note. */
  void failed(long now) {
    failures = Math.min(failures + 1, MOST_FAILURES);
    long pause = limits.firstRetry().toNanos();
    for (int i = 1; i < failures && pause < limits.longestRetry().toNanos(); i++) {
      pause *= 2;
    }
    long retry = now + Math.min(pause, limits.longestRetry().toNanos());
    next = next - retry > 0 ? next : retry;
    notBefore = next;
  }
}
