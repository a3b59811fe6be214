package io.l7.dash.pack;

import io.l7.dash.bmff.Track;

/**
 * Where one track is cut into segments: the one source of every advertised time and of every byte
 * served. Segments count from 0 here; their names count from 1. Immutable.
 */
public final class SegmentIndex {
  private final Track track;
  private final int[] cuts;
  private final long shift;

  /**
   * @param shift ticks added to decode times in this presentation
   * @param cuts first sample of each segment, and one behind the last; ascending, no segment empty
   */
  SegmentIndex(Track track, long shift, int[] cuts) {
    this.track = track;
    this.cuts = cuts.clone();
    this.shift = shift;
  }

  /** Number of segments. */
  public int count() {
    return cuts.length - 1;
  }

  /** First sample of a segment; of {@link #count}, the number of samples. */
  public int firstSample(int segment) {
    return cuts[segment];
  }

  /**
   * Media time at which the first picture of a segment is shown, in ticks; of {@link #count}, the
   * end. Where pictures are of uneven durations, and shown in another order than they are decoded,
   * not every segment's first one is delayed alike.
   */
  public long time(int segment) {
    var samples = track.samples();
    int delayed = cuts[Math.min(segment, count() - 1)];
    return samples.decodeTime(cuts[segment]) + samples.compositionOffset(delayed) + shift;
  }

  /** From where a segment starts to where the next one does, in ticks. */
  public long duration(int segment) {
    return time(segment + 1) - time(segment);
  }

  /** Bytes of media in a segment, without boxes. */
  public long mediaBytes(int segment) {
    long bytes = 0;
    for (int i = cuts[segment]; i < cuts[segment + 1]; i++) {
      bytes += track.samples().size(i);
    }
    return bytes;
  }
}
