package io.l7.dash.pack;

import io.l7.common.disk.Disk;
import io.l7.common.disk.DiskFile;
import io.l7.dash.bmff.Mp4File;
import io.l7.dash.bmff.Track;
import io.l7.dash.limits.DashLimits;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A film ready to be served: its renditions, all cut at the same times, over open files. Safe for
 * all threads; closing closes the files.
 */
public final class Presentation implements AutoCloseable {
  private final List<Rendition> video;
  private final List<Rendition> audio;
  private final List<DiskFile> files;
  private final Map<String, Rendition> byId = new LinkedHashMap<>();

  private Presentation(List<Rendition> video, List<Rendition> audio, List<DiskFile> files) {
    this.video = List.copyOf(video);
    this.audio = List.copyOf(audio);
    this.files = List.copyOf(files);
    video.forEach(r -> byId.put(r.id(), r));
    audio.forEach(r -> byId.put(r.id(), r));
  }

  /**
   * Opens plain MP4 files: each file's first video track is a rendition of the picture; sound comes
   * from the first file that has any.
   *
   * @param target duration of a segment, met as well as the keyframes allow
   * @throws PackException where the files do not go together
   */
  public static Presentation open(List<Path> sources, Duration target, Disk disk, DashLimits limits)
      throws IOException {
    var files = new ArrayList<DiskFile>();
    try {
      var pictures = new ArrayList<Source>();
      var sounds = new ArrayList<Source>();
      for (Path source : sources) {
        DiskFile file = disk.open(source, Disk.Open.READ);
        files.add(file);
        Mp4File mp4 = Mp4File.read(file, limits);
        mp4.first(Track.Kind.VIDEO).ifPresent(t -> pictures.add(new Source(file, t)));
        mp4.first(Track.Kind.AUDIO).ifPresent(t -> sounds.add(new Source(file, t)));
      }
      return compose(pictures, sounds, target, files);
    } catch (IOException | RuntimeException e) {
      for (DiskFile file : files) {
        file.close();
      }
      throw e;
    }
  }

  private record Source(DiskFile file, Track track) {}

  private static Presentation compose(
      List<Source> pictures, List<Source> sounds, Duration target, List<DiskFile> files)
      throws PackException {
    var sorted = pictures.stream().sorted(Comparator.comparingLong(Presentation::bytes)).toList();
    var tracks = sorted.stream().map(Source::track).toList();
    // The film starts on the timeline where the track that needs most ahead of it has its start.
    Track ahead =
        Stream.concat(tracks.stream(), sounds.stream().limit(1).map(Source::track))
            .max(Comparator.comparingDouble(t -> (double) t.mediaStart() / t.timescale()))
            .orElseThrow(() -> new PackException("no video or audio track"));
    var video = new ArrayList<Rendition>();
    List<int[]> cuts = tracks.isEmpty() ? List.of() : Cutter.video(tracks, target);
    var ids = new LinkedHashMap<String, Integer>();
    for (int i = 0; i < sorted.size(); i++) {
      String name = "v" + tracks.get(i).sampleEntry().height() + "p";
      int same = ids.merge(name, 1, Integer::sum);
      String id = same == 1 ? name : name + "-" + same;
      video.add(rendition(id, sorted.get(i), ahead, cuts.get(i)));
    }
    var audio = new ArrayList<Rendition>();
    if (!sounds.isEmpty()) {
      var sound = sounds.getFirst();
      int[] cut =
          tracks.isEmpty()
              ? Cutter.alone(sound.track(), target)
              : Cutter.audio(sound.track(), tracks.getFirst(), cuts.getFirst());
      audio.add(rendition("a1", sound, ahead, cut));
    }
    return new Presentation(video, audio, files);
  }

  private static Rendition rendition(String id, Source source, Track ahead, int[] cuts) {
    Track track = source.track();
    long origin = Math.round((double) ahead.mediaStart() * track.timescale() / ahead.timescale());
    long shift = origin - track.mediaStart() + track.startDelay();
    return new Rendition(
        id,
        source.file(),
        track,
        new Rendition.Timeline(shift, origin),
        new SegmentIndex(track, shift, cuts));
  }

  private static long bytes(Source source) {
    long bytes = 0;
    for (int i = 0; i < source.track().samples().count(); i++) {
      bytes += source.track().samples().size(i);
    }
    return bytes;
  }

  /** The picture at each rate, the lowest first. */
  public List<Rendition> video() {
    return video;
  }

  /** The sound; empty for a silent film. */
  public List<Rendition> audio() {
    return audio;
  }

  public Optional<Rendition> rendition(String id) {
    return Optional.ofNullable(byId.get(id));
  }

  /** All renditions, picture first. */
  public List<Rendition> renditions() {
    return List.copyOf(byId.values());
  }

  /** The duration of the longest rendition, in ms, rounded up. */
  public long durationMs() {
    return renditions().stream()
        .mapToLong(
            r ->
                Math.ceilDiv(
                    (r.index().time(r.index().count()) - r.presentationTimeOffset()) * 1000,
                    (long) r.track().timescale()))
        .max()
        .orElse(0);
  }

  /** The duration of the longest segment, in ms, rounded up. */
  public long longestSegmentMs() {
    long longest = 0;
    for (var r : renditions()) {
      for (int k = 0; k < r.index().count(); k++) {
        longest =
            Math.max(
                longest, Math.ceilDiv(r.index().duration(k) * 1000, (long) r.track().timescale()));
      }
    }
    return longest;
  }

  @Override
  public void close() throws IOException {
    for (DiskFile file : files) {
      file.close();
    }
  }
}
