package io.l7.dash.live;

import io.l7.dash.mpd.Element;
import io.l7.dash.mpd.Mpd;
import io.l7.dash.mpd.Mpd.Addressing;
import io.l7.dash.mpd.Mpd.Representation;
import io.l7.dash.mpd.Timeline;
import io.l7.dash.pack.PackException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A recording whose representations are looped together. Immutable. */
public final class LoopedFilm {
  /** What may stand in a path as it is. */
  private static final String NAME = "[A-Za-z0-9._-]{1,80}";

  /** Segments. */
  private static final long LEAST_WINDOW = 3;

  private final Element root;
  private final List<LoopedSet> sets;
  private final Map<String, Looped> byId = new LinkedHashMap<>();
  private final LiveSetting setting;

  /** One representation that is looped. */
  public record Looped(Representation representation, Addressing.Template template, Loop loop) {
    /** The path of the init segment beside the recording's manifest. */
    public Optional<String> init() {
      var r = representation;
      return template.initialization().map(i -> i.expand(r.id(), r.bandwidth(), 0, 0));
    }

    /** The path of the recording's segment that stands behind a number. */
    public String source(long number) {
      int k = loop.source(number);
      return template
          .media()
          .expand(
              representation.id(),
              representation.bandwidth(),
              template.startNumber() + k,
              template.timeline().time(k));
    }
  }

  /** Representations of one content, as they stand in the recording's manifest. */
  record LoopedSet(Element element, List<Looped> representations) {}

  /**
   * @param recording a static manifest of one Period, its segments listed one by one
   * @throws PackException where it is not one
   */
  public LoopedFilm(Mpd recording, LiveSetting setting) throws PackException {
    this.setting = setting;
    this.root = recording.root();
    if (recording.type() != Mpd.Type.STATIC || recording.periods().size() != 1) {
      throw new PackException("only a film of one Period can be looped as live");
    }
    var period = recording.periods().getFirst();
    long roundMs = 1;
    for (var set : period.sets()) {
      for (var r : set.representations()) {
        if (isMedia(r)) {
          roundMs = Math.max(roundMs, Loop.roundMs(Loop.times(template(r).timeline()), scale(r)));
        }
      }
    }
    var all = new ArrayList<LoopedSet>();
    var elements = root.all("Period").getFirst().all("AdaptationSet");
    for (int i = 0; i < elements.size(); i++) {
      var looped = new ArrayList<Looped>();
      for (var r : period.sets().get(i).representations()) {
        if (isMedia(r)) {
          var one = looped(r, roundMs);
          looped.add(one);
          if (byId.put(r.id(), one) != null) {
            throw new PackException("two representations named " + r.id());
          }
        }
      }
      if (!looped.isEmpty()) {
        all.add(new LoopedSet(elements.get(i), List.copyOf(looped)));
      }
    }
    if (all.isEmpty()) {
      throw new PackException("no video or audio in MP4 segments to loop");
    }
    sets = List.copyOf(all);
  }

  private static boolean isMedia(Representation r) {
    return r.mimeType().equals("video/mp4") || r.mimeType().equals("audio/mp4");
  }

  private static long scale(Representation r) {
    return r.addressing().timescale();
  }

  private static Addressing.Template template(Representation r) throws PackException {
    if (!(r.addressing() instanceof Addressing.Template t)
        || t.timeline().origin() != Timeline.Origin.LISTED) {
      throw new PackException(
          "its segments are not listed one by one: pack it with --form timeline to show it live");
    }
    if (!r.id().matches(NAME) || t.initialization().isEmpty()) {
      throw new PackException("a representation without a plain id, or without an init segment");
    }
    return t;
  }

  private Looped looped(Representation r, long roundMs) throws PackException {
    var t = template(r);
    long[] times = Loop.times(t.timeline());
    for (int k = 0; k + 1 < times.length; k++) {
      if (times[k + 1] <= times[k]) {
        throw new PackException("segments of " + r.id() + " that do not follow one another");
      }
    }
    var loop = new Loop(t.timescale(), t.presentationTimeOffset(), times, roundMs, setting.form());
    if (setting.form() == LiveForm.NUMBER && !loop.isNearlyEven()) {
      throw new PackException(
          "the segments of "
              + r.id()
              + " are too uneven to be counted by the clock: --form timeline");
    }
    return new Looped(r, t, loop);
  }

  public LiveSetting setting() {
    return setting;
  }

  Element root() {
    return root;
  }

  List<LoopedSet> sets() {
    return sets;
  }

  /** A representation by its id. */
  public Optional<Looped> representation(String id) {
    return Optional.ofNullable(byId.get(id));
  }

  /**
   * How far back segments stay, in ms: three at least, below which nobody can play (RFC 8216
   * §6.2.2).
   */
  public long windowMs() {
    return Math.max(setting.window().toMillis(), LEAST_WINDOW * longestMs());
  }

  /** The longest segment, in ms, rounded up. */
  long longestMs() {
    return byId.values().stream().mapToLong(one -> one.loop().longestMs()).max().orElse(1);
  }

  /** How far behind the live edge players are asked to play, in ms. */
  long delayMs() {
    long asked = setting.delay().isZero() ? 3 * longestMs() : setting.delay().toMillis();
    return Math.min(asked, Math.max(longestMs(), windowMs() - longestMs()));
  }

  /** How long a manifest is good for at least, in ms. */
  long updateMs() {
    long longest = longestMs();
    // A timeline grows with every segment; what is counted by the clock changes only with the film.
    return setting.form() == LiveForm.TIMELINE ? Math.max(500, longest / 2) : 10 * longest;
  }

  /**
   * When the manifest of a moment came to be: with the last segment that came, or with the last
   * that went. Epoch, ms.
   */
  public long publishedMs(long nowMs) {
    if (setting.form() == LiveForm.NUMBER) {
      return 0;
    }
    return byId.values().stream()
        .mapToLong(one -> changedMs(one.loop(), nowMs))
        .max()
        .orElse(nowMs);
  }

  /** When what is there of one representation was last changed. Epoch, ms. */
  public long changedMs(Loop loop, long nowMs) {
    long came = loop.availableMs(loop.last(nowMs));
    return Math.max(came, loop.goneMs(loop.first(nowMs, windowMs()) - 1, windowMs()));
  }

  /** When the manifest of a moment is out of date: with the next segment, or the next gone. */
  public long changesMs(long nowMs) {
    return byId.values().stream()
        .mapToLong(
            one -> {
              var loop = one.loop();
              long gone = loop.goneMs(loop.first(nowMs, windowMs()), windowMs());
              return Math.min(loop.availableMs(loop.last(nowMs) + 1), gone);
            })
        .min()
        .orElse(nowMs);
  }
}
