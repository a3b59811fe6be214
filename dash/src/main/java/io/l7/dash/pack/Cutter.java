package io.l7.dash.pack;

import io.l7.dash.bmff.Track;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * Decides where a presentation is cut: at keyframes that all video tracks have, the first at or
 * after each multiple of the target duration; sound at the first frame at or after each cut of the
 * picture.
 */
final class Cutter {
  private Cutter() {}

  /** Cuts of each video track, in the order given; all cuts at the same times. */
  static List<int[]> video(List<Track> tracks, Duration target) throws PackException {
    Track reference = tracks.getFirst();
    int[] cuts = new int[reference.samples().count() + 1];
    int count = 0;
    long step = Math.max(1, ticks(target, reference.timescale()));
    long next = Long.MIN_VALUE;
    var syncs = tracks.stream().map(t -> t.samples().syncSamples()).toList();
    for (int sample : syncs.getFirst()) {
      long time = reference.presentationTime(sample);
      // One tick of grace: a frame rate such as 30000/1001 rounds its times.
      if (count > 0 && time + 1 < next
          || !sharedByAll(tracks, syncs, time, reference.timescale())) {
        continue;
      }
      cuts[count++] = sample;
      next = (Math.floorDiv(time + 1, step) + 1) * step;
    }
    if (count == 0 || cuts[0] != 0) {
      throw new PackException("the first picture is not a keyframe in every rendition");
    }
    cuts[count++] = reference.samples().count();
    int[] shared = Arrays.copyOf(cuts, count);
    int[][] all = new int[tracks.size()][];
    for (int t = 0; t < all.length; t++) {
      all[t] = same(reference, tracks.get(t), syncs.get(t), shared);
    }
    return List.of(all);
  }

  private static long ticks(Duration duration, int timescale) {
    return duration.toMillis() * timescale / 1000;
  }

  private static boolean sharedByAll(
      List<Track> tracks, List<int[]> syncs, long time, int timescale) {
    for (int t = 1; t < tracks.size(); t++) {
      if (syncAt(tracks.get(t), syncs.get(t), time, timescale) < 0) {
        return false;
      }
    }
    return true;
  }

  /** The sync sample presented at this time, to half a sample; -1 where there is none. */
  private static int syncAt(Track track, int[] sync, long time, int timescale) {
    var samples = track.samples();
    long wanted = Math.round((double) time * track.timescale() / timescale);
    int low = 0;
    int high = sync.length - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      long at = track.presentationTime(sync[middle]);
      long half = Math.max(1, samples.duration(sync[middle]) / 2);
      if (Math.abs(at - wanted) < half) {
        return sync[middle];
      }
      if (at < wanted) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -1;
  }

  private static int[] same(Track reference, Track track, int[] sync, int[] cuts) {
    int[] own = new int[cuts.length];
    for (int i = 0; i < cuts.length - 1; i++) {
      own[i] = syncAt(track, sync, reference.presentationTime(cuts[i]), reference.timescale());
    }
    own[0] = 0;
    own[cuts.length - 1] = track.samples().count();
    return own;
  }

  /** Cuts sound where the picture is cut; a stretch without sound joins the one before. */
  static int[] audio(Track audio, Track video, int[] picture) {
    int[] cuts = new int[picture.length];
    int count = 1;
    for (int k = 1; k < picture.length - 1; k++) {
      long time = video.presentationTime(picture[k]);
      long wanted =
          Math.ceilDiv(time * audio.timescale(), (long) video.timescale())
              + audio.mediaStart()
              - audio.startDelay();
      count = add(cuts, count, audio.samples().firstAtOrAfter(wanted), audio);
    }
    cuts[count] = audio.samples().count();
    return Arrays.copyOf(cuts, count + 1);
  }

  /** Cuts sound alone at every multiple of the target. */
  static int[] alone(Track audio, Duration target) {
    long step = Math.max(1, ticks(target, audio.timescale()));
    long segments = Math.ceilDiv(audio.samples().endTime(), step);
    int[] cuts = new int[(int) Math.min(segments, audio.samples().count()) + 2];
    int count = 1;
    for (long at = step; count < cuts.length - 1 && at < audio.samples().endTime(); at += step) {
      count = add(cuts, count, audio.samples().firstAtOrAfter(at), audio);
    }
    cuts[count] = audio.samples().count();
    return Arrays.copyOf(cuts, count + 1);
  }

  private static int add(int[] cuts, int count, int sample, Track track) {
    if (sample > cuts[count - 1] && sample < track.samples().count()) {
      cuts[count] = sample;
      return count + 1;
    }
    return count;
  }
}
