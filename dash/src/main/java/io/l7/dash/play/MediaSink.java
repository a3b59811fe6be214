package io.l7.dash.play;

import io.l7.common.disk.DiskFile;
import io.l7.dash.bmff.Fragment;
import io.l7.dash.bmff.InitSegment;
import io.l7.dash.bmff.Mp4Writer;
import io.l7.dash.bmff.Track;
import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Map;

/** Where played segments are kept: one video and one audio track, samples as they were served. */
final class MediaSink implements AutoCloseable {
  private final Mp4Writer writer;
  private final Map<Track.Kind, Mp4Writer.Output> outputs = new EnumMap<>(Track.Kind.class);
  private final Map<Track.Kind, Integer> timescales = new EnumMap<>(Track.Kind.class);
  private final Map<Track.Kind, Long> origins = new EnumMap<>(Track.Kind.class);

  MediaSink(DiskFile file) throws IOException {
    writer = new Mp4Writer(file);
  }

  /**
   * Appends a segment.
   *
   * @param originSeconds media time at which its Period starts
   * @param periodSeconds from the start of the film to that of the Period
   */
  void add(
      InitSegment init, double originSeconds, double periodSeconds, byte[] segment, Fragment served)
      throws IOException {
    int timescale = timescales.computeIfAbsent(init.kind(), k -> init.timescale());
    Fragment fragment =
        timescale == init.timescale() ? served : rescaled(served, init.timescale(), timescale);
    long origin = Math.round(originSeconds * timescale);
    // The first Period's media timeline is that of the file; others are moved to it.
    long first = origins.computeIfAbsent(init.kind(), k -> origin);
    var output = outputs.computeIfAbsent(init.kind(), k -> writer.track(k, timescale, first));
    long time = fragment.decodeTime() - origin + Math.round(periodSeconds * timescale) + first;
    writer.add(output, init.sampleEntry(), segment, new Fragment(time, fragment.samples()));
  }

  /** The same on another clock: each time is rounded, so that no error adds up. */
  private static Fragment rescaled(Fragment fragment, int from, int to) {
    var samples = new ArrayList<Fragment.Sample>();
    long time = fragment.decodeTime();
    for (var s : fragment.samples()) {
      long start = ticks(time, from, to);
      time += s.duration();
      samples.add(
          new Fragment.Sample(
              s.offset(),
              s.size(),
              ticks(time, from, to) - start,
              (int) ticks(s.compositionOffset(), from, to),
              s.random()));
    }
    return new Fragment(ticks(fragment.decodeTime(), from, to), samples);
  }

  private static long ticks(long ticks, int from, int to) {
    // Whole seconds and the rest apart: live times, in ticks of both, would not fit.
    return Math.floorDiv(ticks, from) * to
        + Math.round((double) Math.floorMod(ticks, from) * to / from);
  }

  @Override
  public void close() throws IOException {
    writer.close();
  }
}
