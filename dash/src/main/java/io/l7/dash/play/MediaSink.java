package io.l7.dash.play;

import io.l7.common.disk.DiskFile;
import io.l7.dash.bmff.Fragment;
import io.l7.dash.bmff.InitSegment;
import io.l7.dash.bmff.Mp4Writer;
import io.l7.dash.bmff.Track;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;

/** Where played segments are kept: one video and one audio track, samples as they were served. */
final class MediaSink implements AutoCloseable {
  private final Mp4Writer writer;
  private final Map<Track.Kind, Mp4Writer.Output> outputs = new EnumMap<>(Track.Kind.class);
  private final Map<Track.Kind, Integer> timescales = new EnumMap<>(Track.Kind.class);

  MediaSink(DiskFile file) throws IOException {
    writer = new Mp4Writer(file);
  }

  void add(InitSegment init, double originSeconds, byte[] segment, Fragment fragment)
      throws IOException {
    int timescale = timescales.computeIfAbsent(init.kind(), k -> init.timescale());
    if (timescale != init.timescale()) {
      throw new PlayException(
          "representations of different timescales cannot be written to one file");
    }
    long origin = Math.round(originSeconds * timescale);
    var output = outputs.computeIfAbsent(init.kind(), k -> writer.track(k, timescale, origin));
    writer.add(output, init.sampleEntry(), segment, fragment);
  }

  @Override
  public void close() throws IOException {
    writer.close();
  }
}
