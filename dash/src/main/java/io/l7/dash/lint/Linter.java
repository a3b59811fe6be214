package io.l7.dash.lint;

import io.l7.dash.limits.DashLimits;
import io.l7.dash.lint.Finding.Severity;
import io.l7.dash.mpd.Element;
import io.l7.dash.mpd.Mpd;
import io.l7.dash.mpd.Mpd.AdaptationSet;
import io.l7.dash.mpd.Mpd.Addressing;
import io.l7.dash.mpd.Mpd.Representation;
import io.l7.dash.mpd.MpdException;
import io.l7.dash.mpd.MpdParser;
import io.l7.dash.mpd.Timeline;
import io.l7.dash.mpd.UrlPolicy;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;

/** Checks a manifest, then its segments. One instance checks one presentation. */
public final class Linter {
  private final DashLimits limits;
  private final Source source;
  private final List<Finding> findings = new ArrayList<>();

  public Linter(Source source, DashLimits limits) {
    this.source = source;
    this.limits = limits;
  }

  /** All findings, in the order of the manifest. */
  public List<Finding> check(byte[] document, URI location) {
    Mpd mpd;
    try {
      mpd = new MpdParser(limits).parse(document, location);
    } catch (MpdException e) {
      String message = String.valueOf(e.getMessage());
      int line = message.matches("(?s).*\\(line \\d+\\)") ? lineOf(message) : 0;
      findings.add(new Finding("mpd-readable", Severity.ERROR, "/", line, message));
      return List.copyOf(findings);
    }
    manifest(mpd);
    new LiveCheck(findings).check(mpd);
    boolean grows = mpd.type() == Mpd.Type.DYNAMIC;
    for (var period : mpd.periods()) {
      var ids = new HashSet<String>();
      for (var set : period.sets()) {
        // Of what is live a window is listed, which need not reach to either end.
        set(set, grows ? OptionalDouble.empty() : period.durationSeconds(), ids);
      }
    }
    if (mpd.type() == Mpd.Type.STATIC) {
      var urls = new UrlPolicy(location, limits);
      for (var period : mpd.periods()) {
        for (var set : period.sets()) {
          for (var representation : set.representations()) {
            new SegmentCheck(source, urls, limits, findings).check(representation);
          }
        }
      }
    }
    return List.copyOf(findings);
  }

  private static int lineOf(String message) {
    return Integer.parseInt(message.replaceAll("(?s).*\\(line (\\d+)\\)", "$1"));
  }

  private void add(String rule, Severity severity, Element at, String message) {
    findings.add(new Finding(rule, severity, at.path(), at.line(), message));
  }

  private void manifest(Mpd mpd) {
    Element root = mpd.root();
    // ISO/IEC 23009-1 §5.3.1.2
    for (String required : List.of("profiles", "minBufferTime")) {
      if (root.attribute(required).isEmpty()) {
        add("mpd-attribute", Severity.ERROR, root, "MPD@" + required + " is missing");
      }
    }
    boolean timed =
        mpd.durationSeconds().isPresent() || mpd.periods().getLast().durationSeconds().isPresent();
    if (mpd.type() == Mpd.Type.STATIC && !timed) {
      add("mpd-duration", Severity.ERROR, root, "a static MPD says nowhere how long it is");
    }
    if (mpd.periods().stream().allMatch(p -> p.sets().isEmpty())) {
      add("mpd-empty", Severity.ERROR, root, "no AdaptationSet in any Period");
    }
  }

  private void set(AdaptationSet set, OptionalDouble periodSeconds, Set<String> ids) {
    if (set.representations().isEmpty()) {
      return;
    }
    for (var r : set.representations()) {
      representation(r, set, ids);
      if (r.addressing() instanceof Addressing.Template t) {
        timeline(r, t, periodSeconds);
      }
    }
    alignment(set);
    aspect(set);
  }

  private void representation(Representation r, AdaptationSet set, Set<String> ids) {
    Element at = r.element();
    if (r.id().isEmpty()) {
      add("representation-id", Severity.ERROR, at, "Representation@id is missing");
    } else if (!ids.add(r.id())) {
      add(
          "representation-id",
          Severity.ERROR,
          at,
          "Representation@id '" + r.id() + "' is there twice");
    }
    if (r.bandwidth() == 0) {
      add("bandwidth", Severity.ERROR, at, "Representation@bandwidth is missing");
    }
    if (r.mimeType().isEmpty()) {
      add("mime-type", Severity.ERROR, at, "no @mimeType here or above");
    }
    if (r.codecs().isEmpty()) {
      add(
          "codecs",
          Severity.WARNING,
          at,
          "no @codecs: browsers cannot tell whether they can play it");
    }
    if (set.is("video") && (r.width() == 0 || r.height() == 0)) {
      add("picture-size", Severity.WARNING, at, "a picture without @width and @height");
    }
    if (r.addressing() instanceof Addressing.Template t) {
      if (t.initialization().isEmpty()) {
        add("initialization", Severity.WARNING, at, "a SegmentTemplate without @initialization");
      }
      if (!t.media().isPerSegment() && t.timeline().count() > 1) {
        add(
            "template",
            Severity.ERROR,
            at,
            "@media names neither $Number$ nor $Time$: one URL for all");
      }
    }
  }

  private void timeline(Representation r, Addressing.Template t, OptionalDouble periodSeconds) {
    Timeline line = t.timeline();
    if (line.count() > limits.segments()) {
      return; // It is counted by the clock, without an end.
    }
    long count = Math.min(line.count(), limits.segments());
    for (long k = 1; k < count; k++) {
      long gap = line.time(k) - line.time(k - 1) - line.duration(k - 1);
      if (gap != 0) {
        var severity = gap < 0 ? Severity.ERROR : Severity.WARNING;
        String what = gap < 0 ? "overlaps the one before by " : "leaves a gap of ";
        String ticks = Math.abs(gap) + " ticks";
        add("timeline", severity, r.element(), "segment " + (k + 1) + " " + what + ticks);
        return;
      }
    }
    if (periodSeconds.isPresent()) {
      double start = (double) (line.time(0) - t.presentationTimeOffset()) / t.timescale();
      double end = start + (double) line.total() / t.timescale();
      double longest = (double) line.duration(count - 1) / t.timescale();
      double differs = end - periodSeconds.getAsDouble();
      // A template with a constant duration counts from the Period's start whatever the offset.
      if (Math.abs(differs) > Math.max(0.5, longest)
          && line.time(0) >= t.presentationTimeOffset()) {
        add(
            "duration",
            Severity.WARNING,
            r.element(),
            "segments end at %.3f s, the Period at %.3f s"
                .formatted(end, periodSeconds.getAsDouble()));
      }
    }
  }

  /**
   * ISO/IEC 23009-1 §5.3.3.2: with segmentAlignment, the cuts of all representations are at the
   * same times.
   */
  private void alignment(AdaptationSet set) {
    var first = set.representations().getFirst();
    if (!(first.addressing() instanceof Addressing.Template a)) {
      return;
    }
    for (var r : set.representations()) {
      if (!(r.addressing() instanceof Addressing.Template b)) {
        continue;
      }
      boolean same = a.timeline().count() == b.timeline().count() || isEndless(a) && isEndless(b);
      // What has no end is even: the second one tells all.
      long count = isEndless(a) ? Math.min(2, b.timeline().count()) : a.timeline().count();
      for (long k = 0; same && k < count; k++) {
        same = same(a.timeline().time(k), b.timescale(), b.timeline().time(k), a.timescale());
      }
      if (!same) {
        add("alignment", Severity.ERROR, r.element(), "cut at other times than " + first.id());
      }
    }
  }

  private boolean isEndless(Addressing.Template template) {
    return template.timeline().count() > limits.segments();
  }

  /** Whether a x b is c x d, in 128 bits. */
  private static boolean same(long a, long b, long c, long d) {
    return a * b == c * d && Math.multiplyHigh(a, b) == Math.multiplyHigh(c, d);
  }

  private void aspect(AdaptationSet set) {
    double first = 0;
    for (var r : set.representations()) {
      if (r.width() == 0 || r.height() == 0) {
        continue;
      }
      String[] sar = r.element().attribute("sar").orElse("1:1").split(":", 2);
      double pixel = sar.length == 2 ? ratio(sar[0], sar[1]) : 1;
      double aspect = pixel * r.width() / r.height();
      first = first == 0 ? aspect : first;
      if (Math.abs(aspect / first - 1) > 0.01) {
        add(
            "aspect",
            Severity.WARNING,
            r.element(),
            "another picture aspect than the others of its set");
      }
    }
  }

  private static double ratio(String over, String under) {
    boolean numbers = over.matches("\\d{1,6}") && under.matches("[1-9]\\d{0,5}");
    return numbers ? Double.parseDouble(over) / Double.parseDouble(under) : 1;
  }
}
