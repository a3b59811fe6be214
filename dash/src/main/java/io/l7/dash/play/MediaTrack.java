package io.l7.dash.play;

import io.l7.dash.abr.Movie;
import io.l7.dash.bmff.SegmentIndexBox;
import io.l7.dash.mpd.Mpd;
import io.l7.dash.mpd.Mpd.Addressing;
import io.l7.dash.mpd.Mpd.ByteRange;
import io.l7.dash.mpd.Mpd.Reference;
import io.l7.dash.mpd.Mpd.Representation;
import io.l7.dash.mpd.Timeline;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The segments of one AdaptationSet: times, names and sizes. Immutable but for an index that is
 * fetched late.
 */
final class MediaTrack {
  private final String kind;
  private final List<Representation> representations;
  private final Optional<SegmentIndexBox>[] indexes;

  /** Of each index the ticks before each subsegment, and behind the last. */
  private final long[][] indexTicks;

  @SuppressWarnings({"unchecked", "rawtypes"}) // An array of Optional has no other way.
  MediaTrack(String kind, List<Representation> representations) {
    this.kind = kind;
    this.representations = List.copyOf(representations);
    indexes = new Optional[representations.size()];
    Arrays.fill(indexes, Optional.empty());
    indexTicks = new long[representations.size()][0];
  }

  /** What is played of a Period: its first picture, and its first sound. */
  static List<MediaTrack> playable(Mpd.Period period) throws PlayException {
    var tracks = new ArrayList<MediaTrack>();
    for (String kind : List.of("video", "audio")) {
      for (var set : period.sets()) {
        var playable =
            set.representations().stream()
                .filter(r -> r.mimeType().isEmpty() || r.mimeType().endsWith("/mp4"))
                // ISO/IEC 23009-1 §5.8.4.8: without what it needs a set means something else, as
                // pictures for winding on, and we know none of it.
                .filter(r -> r.element().first("EssentialProperty").isEmpty())
                .toList();
        if (set.is(kind) && !set.needsMore() && !playable.isEmpty()) {
          tracks.add(new MediaTrack(kind, playable));
          break;
        }
      }
    }
    if (tracks.isEmpty()) {
      throw new PlayException("no video or audio in MP4 segments in the manifest");
    }
    return tracks;
  }

  String kind() {
    return kind;
  }

  List<Representation> representations() {
    return representations;
  }

  Representation representation(int quality) {
    return representations.get(quality);
  }

  /** The range of an index that must be fetched before anything else of this quality. */
  Optional<ByteRange> missingIndex(int quality) {
    return representation(quality).addressing() instanceof Addressing.Single single
            && indexes[quality].isEmpty()
        ? single.index()
        : Optional.empty();
  }

  void index(int quality, SegmentIndexBox index) {
    indexes[quality] = Optional.of(index);
    var references = index.references();
    var ticks = new long[references.size() + 1];
    ticks[0] = index.earliestTime();
    for (int k = 0; k < references.size(); k++) {
      ticks[k + 1] = ticks[k] + references.get(k).duration();
    }
    indexTicks[quality] = ticks;
  }

  int count(int quality) {
    return switch (representation(quality).addressing()) {
      case Addressing.Template t -> (int) t.timeline().count();
      case Addressing.Listed l -> l.media().size();
      case Addressing.Single s -> indexes[quality].map(i -> i.references().size()).orElse(1);
    };
  }

  /** End of a segment on the Period's timeline, in ms. */
  double endMs(int quality, int segment) {
    return switch (representation(quality).addressing()) {
      case Addressing.Template t ->
          ms(t.timeline().time(segment) + t.timeline().duration(segment), t.timeline(), t);
      case Addressing.Listed l ->
          ms(l.timeline().time(segment) + l.timeline().duration(segment), l.timeline(), l);
      case Addressing.Single s ->
          indexes[quality]
              .map(
                  i ->
                      (indexTicks[quality][segment + 1] - s.presentationTimeOffset())
                          * 1000.0
                          / i.timescale())
              .orElse(0.0);
    };
  }

  /** Where a segment stands on the media's timeline, in seconds. */
  record MediaTime(double start, double duration, double offset) {}

  /** As manifest or index tell it exactly enough to know a segment by; none where they do not. */
  Optional<MediaTime> mediaTime(int quality, int segment) {
    return switch (representation(quality).addressing()) {
      case Addressing.Template t when t.timeline().count() > 1 ->
          Optional.of(
              new MediaTime(
                  (double) t.timeline().time(segment) / t.timescale(),
                  (double) t.timeline().duration(segment) / t.timescale(),
                  (double) t.presentationTimeOffset() / t.timescale()));
      case Addressing.Single _ ->
          indexes[quality].map(
              i -> {
                long start = indexTicks[quality][segment];
                double duration = i.references().get(segment).duration();
                return new MediaTime((double) start / i.timescale(), duration / i.timescale(), 0);
              });
      case Addressing.Template _, Addressing.Listed _ -> Optional.empty();
    };
  }

  private static double ms(long ticks, Timeline timeline, Addressing addressing) {
    // A constant duration counts from the Period's start, listed times on the media's timeline.
    boolean listed = timeline.origin() == Timeline.Origin.LISTED;
    long offset = listed ? addressing.presentationTimeOffset() : 0;
    return (ticks - offset) * 1000.0 / addressing.timescale();
  }

  /** What to fetch for an init segment; none where each segment initialises itself. */
  Optional<Reference> initialization(int quality) {
    Representation r = representation(quality);
    return switch (r.addressing()) {
      case Addressing.Template t ->
          t.initialization()
              .map(i -> new Reference(i.expand(r.id(), r.bandwidth(), 0, 0), Optional.empty()));
      case Addressing.Listed l -> l.initialization();
      case Addressing.Single s ->
          s.initialization().map(range -> new Reference("", Optional.of(range)));
    };
  }

  Reference segment(int quality, long segment) {
    Representation r = representation(quality);
    return switch (r.addressing()) {
      case Addressing.Template t ->
          new Reference(
              t.media()
                  .expand(
                      r.id(), r.bandwidth(), t.startNumber() + segment, t.timeline().time(segment)),
              Optional.empty());
      case Addressing.Listed l -> l.media().get((int) segment);
      case Addressing.Single s -> new Reference("", indexedRange(s, quality, (int) segment));
    };
  }

  private Optional<ByteRange> indexedRange(Addressing.Single single, int quality, int segment) {
    if (indexes[quality].isEmpty() || single.index().isEmpty()) {
      return Optional.empty();
    }
    var index = indexes[quality].get();
    long at = single.index().get().last() + 1 + index.firstOffset();
    for (int k = 0; k < segment; k++) {
      at += index.references().get(k).bytes();
    }
    return Optional.of(new ByteRange(at, at + index.references().get(segment).bytes() - 1));
  }

  /** Size of a segment in bits: as the manifest or index tells it, else rate x duration. */
  double bits(int quality, int segment) {
    Representation r = representation(quality);
    if (segment < r.segmentBytes().size()) {
      return r.segmentBytes().get(segment) * 8.0;
    }
    if (indexes[quality].isPresent() && segment < indexes[quality].get().references().size()) {
      return indexes[quality].get().references().get(segment).bytes() * 8.0;
    }
    double start = segment == 0 ? 0 : endMs(quality, segment - 1);
    return r.bandwidth() / 1000.0 * Math.max(1, endMs(quality, segment) - start);
  }

  /**
   * The film as a rate rule sees it. What the sound needs beside each segment is added to every
   * size: both share one link.
   */
  Movie movie(Optional<MediaTrack> beside) {
    int segments = count(0);
    double total = endMs(0, segments - 1);
    double besideKbps =
        beside.map(b -> b.totalBits(0) / Math.max(1, b.endMs(0, b.count(0) - 1))).orElse(0.0);
    double[] rates =
        representations.stream().mapToDouble(r -> Math.max(1, r.bandwidth()) / 1000.0).toArray();
    double[][] sizes = new double[segments][rates.length];
    for (int k = 0; k < segments; k++) {
      double start = k == 0 ? 0 : endMs(0, k - 1);
      for (int q = 0; q < rates.length; q++) {
        int own = Math.min(k, count(q) - 1);
        sizes[k][q] = bits(q, own) + besideKbps * (endMs(0, k) - start);
      }
    }
    return new Movie(total / segments, rates, sizes);
  }

  private double totalBits(int quality) {
    double total = 0;
    for (int k = 0; k < count(quality); k++) {
      total += bits(quality, k);
    }
    return total;
  }
}
