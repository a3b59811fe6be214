package io.l7.dash.play;

import io.l7.dash.abr.AbrRule;
import io.l7.dash.bmff.BmffException;
import io.l7.dash.bmff.Fragment;
import io.l7.dash.bmff.InitSegment;
import io.l7.dash.bmff.SegmentIndexBox;
import io.l7.dash.limits.DashLimits;
import io.l7.dash.mpd.Mpd.ByteRange;
import io.l7.dash.mpd.Mpd.Reference;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Brings what was chosen, of a film and of what is live alike: the init segment once, then the
 * segment, held against what it should be, and keeps it where it is kept. For one thread.
 */
final class Courier {
  private final EdgeFetcher edges;
  private final Optional<MediaSink> sink;
  private final DashLimits limits;
  private final PlayLog log;

  Courier(EdgeFetcher edges, Optional<MediaSink> sink, DashLimits limits, PlayLog log) {
    this.edges = edges;
    this.sink = sink;
    this.limits = limits;
    this.log = log;
  }

  /**
   * A segment that is wanted.
   *
   * @param number of it in its representation, from 0
   * @param ordinal of it in the report, from 0
   * @param bits it is expected to have
   * @param why this quality
   */
  record Wanted(
      MediaTrack track,
      int quality,
      long number,
      int ordinal,
      double bits,
      String why,
      EdgeFetcher.Missing missing) {}

  /** Refuses a segment of another time. */
  @FunctionalInterface
  interface Check {
    void check(InitSegment init, Fragment fragment) throws BmffException;
  }

  /** What came of it, and what its decoder is set up with. */
  record Delivery(EdgeFetcher.Attempt attempt, InitSegment init) {}

  /** The init segments of one Period. */
  static final class Inits {
    /** A manifest that names others each time it is fetched shall not fill the memory. */
    private static final int MOST = 64;

    private final Map<Key, InitSegment> known = new HashMap<>();

    private record Key(String representation, long bandwidth, Reference reference) {}
  }

  /** Fetches a segment, and what it needs to be understood. */
  Delivery fetch(Wanted wanted, Inits inits, AbrRule rule, PlayoutBuffer buffer, Check check)
      throws IOException, InterruptedException {
    InitSegment init = init(wanted, inits, buffer);
    var task =
        new EdgeFetcher.Task(
            wanted.track().kind(),
            wanted.ordinal(),
            wanted.track().representation(wanted.quality()),
            wanted.track().segment(wanted.quality(), wanted.number()),
            wanted.bits(),
            wanted.why(),
            wanted.missing());
    var attempt =
        edges.fetch(
            task,
            buffer,
            new Contender.Rated(rule, wanted.quality()),
            content -> check.check(init, fragment(content, init)));
    if (attempt.usable()) {
      rule.finished(attempt.transfer());
    }
    return new Delivery(attempt, init);
  }

  /** The samples of a segment; it must have some. */
  Fragment fragment(byte[] content, InitSegment init) throws BmffException {
    var fragment = Fragment.read(content, init, limits);
    if (fragment.samples().isEmpty()) {
      throw new BmffException("a segment without samples", 0);
    }
    return fragment;
  }

  private InitSegment init(Wanted wanted, Inits inits, PlayoutBuffer buffer)
      throws IOException, InterruptedException {
    var representation = wanted.track().representation(wanted.quality());
    var reference = wanted.track().initialization(wanted.quality());
    if (reference.isEmpty()) {
      throw new PlayException("segments that initialise themselves are not played");
    }
    var key = new Inits.Key(representation.id(), representation.bandwidth(), reference.get());
    InitSegment known = inits.known.get(key);
    if (known != null) {
      return known;
    }
    var task =
        new EdgeFetcher.Task(
            wanted.track().kind(),
            EdgeFetcher.INIT,
            representation,
            reference.get(),
            8_000,
            "init segment",
            EdgeFetcher.Missing.FAILURE);
    byte[] content = edges.fetchWhole(task, buffer, bytes -> InitSegment.read(bytes, limits));
    InitSegment init = InitSegment.read(content, limits);
    if (inits.known.size() >= Inits.MOST) {
      inits.known.clear();
    }
    inits.known.put(key, init);
    return init;
  }

  /** Fetches where the segments of one file are. */
  SegmentIndexBox index(MediaTrack track, int quality, ByteRange range, PlayoutBuffer buffer)
      throws IOException, InterruptedException {
    var task =
        new EdgeFetcher.Task(
            track.kind(),
            EdgeFetcher.INIT,
            track.representation(quality),
            new Reference("", Optional.of(range)),
            range.length() * 8.0,
            "segment index",
            EdgeFetcher.Missing.FAILURE);
    byte[] content = edges.fetchWhole(task, buffer, bytes -> SegmentIndexBox.read(bytes, limits));
    return SegmentIndexBox.read(content, limits);
  }

  /**
   * Notes a segment that will be played.
   *
   * @param medium 0 for what the rate rule decides on
   */
  void played(int medium, MediaTrack track, int quality, double durationMs) {
    if (medium == 0) {
      log.played(
          track.representation(quality).bandwidth() / 1000.0,
          track.representation(0).bandwidth() / 1000.0,
          durationMs);
    }
  }

  /**
   * Keeps a segment, where what is played is kept.
   *
   * @param originSeconds media time at which its Period starts
   * @param periodSeconds from the start of the film to that of the Period
   */
  void keep(InitSegment init, double originSeconds, double periodSeconds, byte[] content)
      throws IOException {
    if (sink.isPresent()) {
      sink.get().add(init, originSeconds, periodSeconds, content, fragment(content, init));
    }
  }

  /** How it went. */
  PlayReport report(
      String url, String algorithm, PlayoutBuffer buffer, Optional<PlayReport.Setting> setting) {
    return log.report(url, algorithm, buffer, edges.standings(), setting);
  }

  /**
   * Sound is offered at one rate as a rule; where there are more, the lowest leaves the link to the
   * picture.
   */
  static final class Lowest implements AbrRule {
    @Override
    public Choice choose(State state) {
      return new Choice(0, 0, "beside the picture");
    }
  }
}
