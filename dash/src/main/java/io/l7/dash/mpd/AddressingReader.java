package io.l7.dash.mpd;

import io.l7.dash.limits.DashLimits;
import io.l7.dash.mpd.Mpd.Addressing;
import io.l7.dash.mpd.Mpd.ByteRange;
import io.l7.dash.mpd.Mpd.Reference;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * How a representation's segments are addressed: SegmentTemplate, SegmentList or SegmentBase, each
 * attribute from the innermost level that has it (ISO/IEC 23009-1 §5.3.9.1).
 */
final class AddressingReader {
  /** Ticks at which no film ends; sums of two stay below what a long holds. */
  private static final long LONGEST = 1L << 60;

  private final List<Element> levels;
  private final OptionalDouble periodSeconds;
  private final DashLimits limits;
  private final Inherited inherited;

  private AddressingReader(
      List<Element> levels, OptionalDouble periodSeconds, DashLimits limits, Inherited inherited) {
    this.levels = levels;
    this.periodSeconds = periodSeconds;
    this.limits = limits;
    this.inherited = inherited;
  }

  /**
   * @param owners Representation, AdaptationSet, Period
   */
  static Addressing read(
      List<Element> owners, OptionalDouble periodSeconds, DashLimits limits, Inherited inherited)
      throws MpdException {
    for (String kind : List.of("SegmentTemplate", "SegmentList", "SegmentBase")) {
      var levels = owners.stream().flatMap(o -> inherited.first(o, kind).stream()).toList();
      if (!levels.isEmpty()) {
        var reader = new AddressingReader(levels, periodSeconds, limits, inherited);
        return switch (kind) {
          case "SegmentTemplate" -> reader.template();
          case "SegmentList" -> reader.list();
          default -> reader.single();
        };
      }
    }
    return new Addressing.Single(1, 0, Optional.empty(), Optional.empty());
  }

  private int line() {
    return levels.getFirst().line();
  }

  private Optional<String> text(String attribute) {
    return levels.stream().flatMap(l -> l.attribute(attribute).stream()).findFirst();
  }

  private long number(String attribute, long otherwise) throws MpdException {
    for (Element level : levels) {
      if (level.attribute(attribute).isPresent()) {
        return level.number(attribute, otherwise);
      }
    }
    return otherwise;
  }

  private Optional<Element> child(String name) {
    return levels.stream().flatMap(l -> inherited.first(l, name).stream()).findFirst();
  }

  private long timescale() throws MpdException {
    long timescale = number("timescale", 1);
    if (timescale == 0 || timescale > Integer.MAX_VALUE) {
      throw new MpdException("a timescale of " + timescale, line());
    }
    return timescale;
  }

  private Addressing template() throws MpdException {
    Optional<String> media = text("media");
    if (media.isEmpty()) {
      throw new MpdException("a SegmentTemplate without media", line());
    }
    Optional<String> init = text("initialization");
    Optional<UrlTemplate> initialization =
        init.isPresent() ? Optional.of(inherited.template(init.get(), line())) : Optional.empty();
    return new Addressing.Template(
        timescale(),
        number("presentationTimeOffset", 0),
        number("startNumber", 1),
        initialization,
        inherited.template(media.get(), line()),
        timeline(OptionalSegments.UNKNOWN));
  }

  /** Number of listed segments, where there is a list. */
  private record OptionalSegments(long count) {
    static final OptionalSegments UNKNOWN = new OptionalSegments(-1);
  }

  private Timeline timeline(OptionalSegments listed) throws MpdException {
    Optional<Element> timeline = child("SegmentTimeline");
    if (timeline.isPresent()) {
      var clock =
          new Inherited.Clock(timescale(), number("presentationTimeOffset", 0), periodSeconds);
      return inherited.timeline(timeline.get(), clock, () -> explicit(timeline.get()));
    }
    long duration = number("duration", 0);
    if (duration == 0) {
      if (listed.count() == 1 || (listed.count() < 0 && periodSeconds.isPresent())) {
        long whole = (long) Math.ceil(periodSeconds.orElse(1) * timescale());
        requireEnd((double) whole);
        return Timeline.constant(Math.max(1, whole), Math.max(1, whole));
      }
      throw new MpdException("segments with neither duration nor timeline", line());
    }
    if (duration > 1L << 50) {
      throw new MpdException("segments of " + duration + " ticks", line());
    }
    if (listed.count() >= 0) {
      // What begins behind the end of the Period is not part of it.
      double fitting = Math.ceil(periodSeconds.orElse(1e15) * timescale() / duration - 1e-6);
      long count = Math.max(1, (long) Math.min((double) listed.count(), fitting));
      requireEnd((double) duration * count);
      return Timeline.constant(duration, duration * count);
    }
    if (periodSeconds.isEmpty() && inherited.isLive()) {
      return Timeline.constant(duration, LONGEST / duration * duration);
    }
    if (periodSeconds.isEmpty()) {
      throw new MpdException("constant segments in a Period of unknown length", line());
    }
    double seconds = periodSeconds.getAsDouble();
    double total = seconds * timescale();
    if (total / duration > limits.segments() && !inherited.isLive()) {
      throw new MpdException("over " + limits.segments() + " segments", line());
    }
    requireEnd(total);
    // Periods are given to the millisecond: a rest below two is rounding, not a segment.
    long whole = Math.round(total);
    long rest = whole % duration;
    if (whole > rest && rest * 1000 <= 2 * timescale()) {
      whole -= rest;
    }
    return Timeline.constant(duration, Math.max(1, whole));
  }

  private void requireEnd(double ticks) throws MpdException {
    if (ticks > LONGEST) {
      throw new MpdException("segments that run past 2^60 ticks", line());
    }
  }

  private Timeline explicit(Element timeline) throws MpdException {
    List<Element> runs = timeline.all("S");
    if (runs.isEmpty()) {
      throw new MpdException("an empty SegmentTimeline", timeline.line());
    }
    long[] start = new long[runs.size()];
    long[] duration = new long[runs.size()];
    long[] first = new long[runs.size() + 1];
    long time = 0;
    long sum = 0;
    for (int i = 0; i < runs.size(); i++) {
      Element run = runs.get(i);
      long from = run.number("t", time);
      long length = run.number("d", 0);
      if (length == 0 || length > 1L << 50 || from > LONGEST) {
        throw new MpdException("an S of duration " + length, run.line());
      }
      long repeats = repeats(run, i + 1 < runs.size() ? runs.get(i + 1) : null, from, length);
      boolean open = run.attribute("r").orElse("").strip().startsWith("-") && i + 1 == runs.size();
      if (first[i] + repeats + 1 > limits.segments() && !(open && inherited.isLive())) {
        throw new MpdException("over " + limits.segments() + " segments", run.line());
      }
      if (length > (LONGEST - sum) / (repeats + 1)) {
        throw new MpdException("an S that runs past 2^60 ticks", run.line());
      }
      sum += length * (repeats + 1);
      start[i] = from;
      duration[i] = length;
      first[i + 1] = first[i] + repeats + 1;
      time = from + length * (repeats + 1);
    }
    return new Timeline(start, duration, first, Timeline.Origin.LISTED);
  }

  /** {@code r}: repeats after the first; -1 means up to the next S or the end of the Period. */
  private long repeats(Element run, @Nullable Element next, long from, long length)
      throws MpdException {
    String text = run.attribute("r").orElse("0").strip();
    boolean open = text.startsWith("-");
    OptionalLong count = Element.whole(open ? text.substring(1) : text);
    if (count.isEmpty()) {
      throw new MpdException("S@r is no whole number: " + Element.shortened(text), run.line());
    }
    if (!open) {
      return count.getAsLong();
    }
    long end;
    if (next != null && next.attribute("t").isPresent()) {
      end = next.number("t", 0);
    } else if (periodSeconds.isPresent()) {
      end =
          (long) Math.ceil(periodSeconds.getAsDouble() * timescale())
              + number("presentationTimeOffset", 0);
    } else if (inherited.isLive() && next == null) {
      return endless(from, length);
    } else {
      throw new MpdException("an S that repeats without an end", run.line());
    }
    return Math.max(1, Math.ceilDiv(end - from, length)) - 1;
  }

  /** As often as fits below the last tick that is counted. */
  private static long endless(long from, long length) {
    return Math.max(0, (LONGEST - from) / length / 2 - 1);
  }

  private Addressing list() throws MpdException {
    List<Reference> media = inherited.list(levels.getFirst(), this::listed);
    Optional<Element> init = child("Initialization");
    Optional<Reference> initialization =
        init.isPresent()
            ? Optional.of(
                new Reference(
                    init.get().attribute("sourceURL").orElse(""), range(init.get(), "range")))
            : Optional.empty();
    Timeline timeline = timeline(new OptionalSegments(media.size()));
    if (timeline.count() < media.size()) {
      inherited.spend((int) timeline.count(), line());
      media = media.subList(0, (int) timeline.count());
    }
    return new Addressing.Listed(
        timescale(), number("presentationTimeOffset", 0), initialization, media, timeline);
  }

  private List<Reference> listed() throws MpdException {
    var media = new ArrayList<Reference>();
    for (Element url : levels.getFirst().all("SegmentURL")) {
      media.add(new Reference(url.attribute("media").orElse(""), range(url, "mediaRange")));
    }
    if (media.isEmpty()) {
      throw new MpdException("a SegmentList without segments", line());
    }
    return media;
  }

  private Addressing single() throws MpdException {
    Optional<Element> init = child("Initialization");
    return new Addressing.Single(
        timescale(),
        number("presentationTimeOffset", 0),
        init.isPresent() ? range(init.get(), "range") : Optional.empty(),
        range(levels.getFirst(), "indexRange"));
  }

  private static Optional<ByteRange> range(Element element, String attribute) throws MpdException {
    Optional<String> text = element.attribute(attribute);
    if (text.isEmpty()) {
      return Optional.empty();
    }
    if (!text.get().matches("\\d{1,18}-\\d{1,18}")) {
      throw new MpdException("not a byte range: " + Element.shortened(text.get()), element.line());
    }
    long[] ends = Arrays.stream(text.get().split("-")).mapToLong(Long::parseLong).toArray();
    if (ends[1] < ends[0]) {
      throw new MpdException("a byte range that ends before it starts", element.line());
    }
    return Optional.of(new ByteRange(ends[0], ends[1]));
  }
}
