package io.l7.dash.lint;

import io.l7.dash.bmff.BmffException;
import io.l7.dash.bmff.Fragment;
import io.l7.dash.bmff.InitSegment;
import io.l7.dash.bmff.SegmentIndexBox;
import io.l7.dash.limits.DashLimits;
import io.l7.dash.lint.Finding.Severity;
import io.l7.dash.mpd.Mpd.Addressing;
import io.l7.dash.mpd.Mpd.ByteRange;
import io.l7.dash.mpd.Mpd.Reference;
import io.l7.dash.mpd.Mpd.Representation;
import io.l7.dash.mpd.Timeline;
import io.l7.dash.mpd.UrlPolicy;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Optional;

/** Reads every segment of a representation and holds it against what the manifest says of it. */
final class SegmentCheck {
  private static final int MOST_FINDINGS = 20;

  private final Source source;
  private final UrlPolicy urls;
  private final DashLimits limits;
  private final List<Finding> findings;
  private int found;

  SegmentCheck(Source source, UrlPolicy urls, DashLimits limits, List<Finding> findings) {
    this.source = source;
    this.urls = urls;
    this.limits = limits;
    this.findings = findings;
  }

  private void add(String rule, Severity severity, Representation r, String message) {
    if (found++ < MOST_FINDINGS) {
      findings.add(new Finding(rule, severity, r.element().path(), r.element().line(), message));
    }
  }

  void check(Representation r) {
    if (!r.mimeType().endsWith("/mp4")) {
      return;
    }
    switch (r.addressing()) {
      case Addressing.Template t -> template(r, t);
      case Addressing.Single s -> single(r, s);
      case Addressing.Listed l -> {
        for (Reference reference : l.media()) {
          read(r, reference, "a listed segment");
        }
      }
    }
  }

  private Optional<byte[]> read(Representation r, Reference reference, String what) {
    URI base = r.baseUrls().getFirst().uri();
    URI uri = base;
    try {
      uri = urls.resolve(base, reference.url(), 0);
      return Optional.of(source.read(uri, reference.range()));
    } catch (IOException e) {
      add("segment-there", Severity.ERROR, r, what + " " + uri + ": " + e.getMessage());
      return Optional.empty();
    }
  }

  private Optional<InitSegment> init(Representation r, Reference reference, long timescale) {
    var bytes = read(r, reference, "the init segment");
    if (bytes.isEmpty() || !isMedia(r)) {
      return Optional.empty();
    }
    try {
      var init = InitSegment.read(bytes.get(), limits);
      String codecs = init.sampleEntry().codecs();
      if (!r.codecs().isEmpty() && !r.codecs().equalsIgnoreCase(codecs)) {
        add("codecs", Severity.WARNING, r, "@codecs is " + r.codecs() + ", the media " + codecs);
      }
      if (init.timescale() != timescale) {
        add(
            "timescale",
            Severity.INFO,
            r,
            "@timescale is " + timescale + ", that of the media " + init.timescale());
      }
      var entry = init.sampleEntry();
      if (r.width() != 0 && (entry.width() != r.width() || entry.height() != r.height())) {
        add(
            "picture-size",
            Severity.ERROR,
            r,
            "%dx%d announced, %dx%d in the media"
                .formatted(r.width(), r.height(), entry.width(), entry.height()));
      }
      return Optional.of(init);
    } catch (BmffException e) {
      add("segment-readable", Severity.ERROR, r, "the init segment: " + e.getMessage());
      return Optional.empty();
    }
  }

  private void template(Representation r, Addressing.Template t) {
    if (t.initialization().isEmpty()) {
      return;
    }
    String url = t.initialization().get().expand(r.id(), r.bandwidth(), 0, 0);
    var init = init(r, new Reference(url, Optional.empty()), t.timescale());
    if (init.isEmpty() && isMedia(r)) {
      return;
    }
    for (long k = 0; k < t.timeline().count() && found < MOST_FINDINGS; k++) {
      String media =
          t.media().expand(r.id(), r.bandwidth(), t.startNumber() + k, t.timeline().time(k));
      String name = "segment " + (k + 1);
      var bytes = read(r, new Reference(media, Optional.empty()), name);
      if (bytes.isPresent() && init.isPresent()) {
        segment(r, announced(t, k, init.get()), init.get(), bytes.get(), name);
      }
    }
  }

  /** Whether we can read what is inside: subtitles travel in the same boxes. */
  private static boolean isMedia(Representation r) {
    return r.mimeType().startsWith("video/") || r.mimeType().startsWith("audio/");
  }

  /**
   * What manifest or index say of a segment, in seconds, and how far off it may be.
   *
   * @param start on the media's timeline
   */
  private record Announced(double start, double startSlack, double duration, double slack) {}

  private static Announced announced(Addressing.Template t, long k, InitSegment init) {
    boolean exact = t.timeline().origin() == Timeline.Origin.LISTED;
    // A constant duration counts from the Period's start, a listed time on the media's own
    // timeline.
    long offset = exact ? 0 : t.presentationTimeOffset();
    double start = (double) (t.timeline().time(k) + offset) / t.timescale();
    double duration = (double) t.timeline().duration(k) / t.timescale();
    double tick = 1.01 / Math.min(t.timescale(), init.timescale());
    return exact
        ? new Announced(start, tick, duration, tick)
        : new Announced(start, duration, duration, duration / 2);
  }

  private void segment(
      Representation r, Announced announced, InitSegment init, byte[] bytes, String name) {
    Fragment fragment;
    try {
      fragment = Fragment.read(bytes, init, limits);
    } catch (BmffException e) {
      add("segment-readable", Severity.ERROR, r, name + ": " + e.getMessage());
      return;
    }
    if (fragment.samples().isEmpty()) {
      add("segment-readable", Severity.ERROR, r, name + " holds no sample");
      return;
    }
    long time = fragment.decodeTime() + fragment.samples().getFirst().compositionOffset();
    double given = (double) time / init.timescale();
    if (Math.abs(given - announced.start()) > announced.startSlack()) {
      add(
          "segment-time",
          Severity.ERROR,
          r,
          "%s starts at %.6f s, announced %.6f s".formatted(name, given, announced.start()));
    }
    double duration = (double) fragment.duration() / init.timescale();
    // What is shown first may be delayed more or less in the next segment than in this one.
    double delays = (double) spread(fragment) / init.timescale();
    if (Math.abs(duration - announced.duration()) > announced.slack() + delays) {
      add(
          "segment-duration",
          Severity.ERROR,
          r,
          "%s lasts %.6f s, announced %.6f s".formatted(name, duration, announced.duration()));
    }
    if (init.sampleEntry().isVideo()
        && fragment.samples().getFirst().random() != Fragment.Access.SYNC) {
      add("segment-sap", Severity.ERROR, r, name + " does not begin with a keyframe");
    }
    double kbps = bytes.length * 8 / Math.max(duration, 1e-3) / 1000;
    if (r.bandwidth() > 0 && kbps > r.bandwidth() / 1000.0 * 1.5) {
      add(
          "bandwidth",
          Severity.WARNING,
          r,
          "%s needs %.0f kbit/s, @bandwidth is %.0f".formatted(name, kbps, r.bandwidth() / 1000.0));
    }
  }

  /** Ticks between the least and the greatest delay of a picture behind its decoding. */
  private static long spread(Fragment fragment) {
    var delays =
        fragment.samples().stream()
            .mapToLong(Fragment.Sample::compositionOffset)
            .summaryStatistics();
    return delays.getMax() - delays.getMin();
  }

  private void single(Representation r, Addressing.Single s) {
    if (s.index().isEmpty() || s.initialization().isEmpty()) {
      add("index", Severity.WARNING, r, "one file without an index: players must read it all");
      return;
    }
    var init = init(r, new Reference("", s.initialization()), s.timescale());
    var bytes = read(r, new Reference("", s.index()), "the index");
    if (init.isEmpty() || bytes.isEmpty()) {
      return;
    }
    try {
      indexed(r, s, init.get(), SegmentIndexBox.read(bytes.get(), limits));
    } catch (BmffException e) {
      add("index", Severity.ERROR, r, "the index: " + e.getMessage());
    }
  }

  private void indexed(
      Representation r, Addressing.Single s, InitSegment init, SegmentIndexBox index) {
    long at = s.index().map(range -> range.last() + 1).orElse(0L) + index.firstOffset();
    long time = index.earliestTime();
    double tick = 1.01 / Math.min(index.timescale(), init.timescale());
    for (int k = 0; k < index.references().size() && found < MOST_FINDINGS; k++) {
      var reference = index.references().get(k);
      String name = "segment " + (k + 1);
      var range = new ByteRange(at, at + reference.bytes() - 1);
      var bytes = read(r, new Reference("", Optional.of(range)), name);
      if (bytes.isPresent()) {
        double start = (double) time / index.timescale();
        double duration = (double) reference.duration() / index.timescale();
        segment(r, new Announced(start, tick, duration, tick), init, bytes.get(), name);
      }
      at += reference.bytes();
      time += reference.duration();
    }
  }
}
