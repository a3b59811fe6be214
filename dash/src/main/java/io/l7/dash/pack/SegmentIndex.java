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
    this.shift = shift + track.samples().compositionOffset(0);
  }

  /** Number of segments. */
  public int count() {
    return cuts.length - 1;
  }

  /** First sample of a segment; of {@link #count}, the number of samples. */
  public int firstSample(int segment) {
    return cuts[segment];
  }

  /** Media time at which a segment starts, in ticks; of {@link #count}, the end. */
  public long time(int segment) {
    return track.samples().decodeTime(cuts[segment]) + shift;
  }

  /** The sum of the durations of a segment's samples, in ticks. */
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
