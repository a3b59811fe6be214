package io.l7.dash.lint;

import io.l7.dash.lint.Finding.Severity;
import io.l7.dash.mpd.Element;
import io.l7.dash.mpd.Mpd;
import io.l7.dash.mpd.Mpd.Addressing;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Set;

/** What a live manifest must say, and what one that is not live must not (§5.3.1.2). */
final class LiveCheck {
  private static final String CLOCKS = "urn:mpeg:dash:utc:";

  /** What players read; the ntp schemes are nothing that a browser can ask. */
  private static final Set<String> READABLE =
      Set.of("direct:2014", "http-head:2014", "http-iso:2014", "http-xsdate:2014");

  /** A refresh more often than this is felt by the server rather than by the viewer, in seconds. */
  private static final double OFTEN = 0.5;

  /** Segments below which a window leaves no room for a player's buffer. */
  private static final double NARROW = 3;

  private final List<Finding> findings;

  LiveCheck(List<Finding> findings) {
    this.findings = findings;
  }

  private void add(String rule, Severity severity, Element at, String message) {
    findings.add(new Finding(rule, severity, at.path(), at.line(), message));
  }

  void check(Mpd mpd) {
    if (mpd.type() == Mpd.Type.STATIC) {
      for (String attribute : List.of("minimumUpdatePeriod", "timeShiftBufferDepth")) {
        if (mpd.root().attribute(attribute).isPresent()) {
          add(
              "live-only",
              Severity.WARNING,
              mpd.root(),
              "MPD@" + attribute + " in a static MPD means nothing");
        }
      }
      return;
    }
    required(mpd);
    mpd.live().ifPresent(live -> window(mpd, live));
    clocks(mpd.root());
  }

  private void required(Mpd mpd) {
    Element root = mpd.root();
    if (root.attribute("availabilityStartTime").isEmpty()) {
      add("mpd-attribute", Severity.ERROR, root, "MPD@availabilityStartTime is missing");
    }
    if (root.attribute("publishTime").isEmpty()) {
      add(
          "publish-time",
          Severity.WARNING,
          root,
          "no MPD@publishTime: players cannot tell an old manifest from a new one");
    }
    boolean ends =
        mpd.durationSeconds().isPresent() || mpd.periods().getLast().durationSeconds().isPresent();
    if (root.attribute("minimumUpdatePeriod").isEmpty() && !ends) {
      add(
          "mpd-update",
          Severity.ERROR,
          root,
          "neither @minimumUpdatePeriod nor an end: nothing ever comes after what is here");
    }
    for (Element period : root.all("Period")) {
      if (period.attribute("id").isEmpty()) {
        add("period-id", Severity.ERROR, period, "Period@id is missing: updates need it");
      }
    }
  }

  private void window(Mpd mpd, Mpd.Live live) {
    Element root = mpd.root();
    double segment = longestSeconds(mpd);
    double update = live.updateSeconds().orElse(Double.POSITIVE_INFINITY);
    if (update < OFTEN) {
      add(
          "mpd-update",
          Severity.INFO,
          root,
          "@minimumUpdatePeriod of %.3f s: each player asks that often".formatted(update));
    }
    OptionalDouble window = live.windowSeconds();
    if (window.isEmpty()) {
      add(
          "window",
          Severity.INFO,
          root,
          "no @timeShiftBufferDepth: every segment must stay for ever");
      return;
    }
    if (window.getAsDouble() < NARROW * segment) {
      add(
          "window",
          Severity.WARNING,
          root,
          "@timeShiftBufferDepth of %.3f s is less than three segments of %.3f s"
              .formatted(window.getAsDouble(), segment));
    }
    double delay = live.delaySeconds().orElse(0);
    if (delay > window.getAsDouble()) {
      add(
          "window",
          Severity.ERROR,
          root,
          "@suggestedPresentationDelay of %.3f s leads out of a window of %.3f s"
              .formatted(delay, window.getAsDouble()));
    }
  }

  /** The longest first segment: they are about as long as one another. */
  private static double longestSeconds(Mpd mpd) {
    double longest = 0;
    for (var period : mpd.periods()) {
      for (var set : period.sets()) {
        for (var r : set.representations()) {
          if (r.addressing() instanceof Addressing.Template t) {
            longest = Math.max(longest, (double) t.timeline().duration(0) / t.timescale());
          }
        }
      }
    }
    return longest;
  }

  private void clocks(Element root) {
    var clocks = root.all("UTCTiming");
    if (clocks.isEmpty()) {
      add(
          "utc-timing",
          Severity.WARNING,
          root,
          "no UTCTiming: players go by their own clocks, which may be off by minutes");
    }
    for (Element clock : clocks) {
      String scheme = clock.attribute("schemeIdUri").orElse("");
      String value = clock.attribute("value").orElse("");
      if (value.isBlank()) {
        add("utc-timing", Severity.ERROR, clock, "a UTCTiming without @value");
      } else if (!scheme.startsWith(CLOCKS)
          || !READABLE.contains(scheme.substring(CLOCKS.length()))) {
        add(
            "utc-timing",
            Severity.WARNING,
            clock,
            "scheme '" + scheme + "': players read direct, http-head, http-iso and http-xsdate");
      }
    }
  }
}
