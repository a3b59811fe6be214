package io.l7.dash.play;

import io.l7.dash.mpd.Mpd;
import io.l7.dash.mpd.Mpd.Addressing;
import io.l7.dash.mpd.Timeline;
import java.util.Optional;

/** Whether a manifest that was fetched again is followed (ISO/IEC 23009-1 §5.4.1). Pure. */
enum MpdUpdate {
  FOLLOW,
  /** It is older than the one we have: a cache, or a server that lags behind. */
  BACK_IN_TIME;

  static MpdUpdate judge(Mpd before, Mpd after) {
    if (after.type() == Mpd.Type.STATIC) {
      return FOLLOW;
    }
    var old = before.live().flatMap(Mpd.Live::published);
    var fresh = after.live().flatMap(Mpd.Live::published);
    if (old.isPresent() && fresh.isPresent()) {
      return fresh.get().isBefore(old.get()) ? BACK_IN_TIME : FOLLOW;
    }
    boolean same = before.live().map(Mpd.Live::start).equals(after.live().map(Mpd.Live::start));
    return same && endSeconds(after) < endSeconds(before) - 1e-3 ? BACK_IN_TIME : FOLLOW;
  }

  /** Where the last listed segment of the last Period ends. */
  private static double endSeconds(Mpd mpd) {
    var period = mpd.periods().getLast();
    Optional<Addressing> first =
        period.sets().stream()
            .flatMap(set -> set.representations().stream())
            .map(Mpd.Representation::addressing)
            .findFirst();
    if (first.isPresent()
        && first.get() instanceof Addressing.Template t
        && t.timeline().origin() == Timeline.Origin.LISTED) {
      long last = t.timeline().count() - 1;
      double ticks = t.timeline().time(last) + t.timeline().duration(last);
      return period.startSeconds() + (ticks - t.presentationTimeOffset()) / t.timescale();
    }
    return period.startSeconds();
  }
}
