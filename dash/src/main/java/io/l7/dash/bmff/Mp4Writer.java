package io.l7.dash.bmff;

import io.l7.common.disk.DiskFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Writes a plain MP4 of fetched segments: samples as they came, in order of arrival, the index at
 * the end. A change of representation adds a sample entry. Not thread-safe.
 */
public final class Mp4Writer implements AutoCloseable {
  private static final int MDAT_HEADER = 16;

  private final DiskFile file;
  private final byte[] fileType;
  private final List<Output> tracks = new ArrayList<>();
  private long position;

  /** One track of the file under way. */
  public static final class Output {
    private final Track.Kind kind;
    private final int timescale;
    private final long origin;
    private final List<SampleEntry> entries = new ArrayList<>();
    private final Growing durations = new Growing();
    private final Growing sizes = new Growing();
    private final Growing compositions = new Growing();
    private final Growing sync = new Growing();
    private final List<Chunk> chunks = new ArrayList<>();
    private long duration;
    private long firstTime;
    private int firstDelay;

    private Output(Track.Kind kind, int timescale, long origin) {
      this.kind = kind;
      this.timescale = timescale;
      this.origin = origin;
    }

    private int entry(SampleEntry entry) {
      for (int i = 0; i < entries.size(); i++) {
        if (Arrays.equals(entries.get(i).box(), entry.box())) {
          return i + 1;
        }
      }
      entries.add(entry);
      return entries.size();
    }
  }

  private record Chunk(long offset, int samples, int entry) {}

  public Mp4Writer(DiskFile file) throws IOException {
    this.file = file;
    var out = new BoxWriter();
    MovieBoxes.fileType(out, "ftyp", "isom", List.of("isom", "iso2", "mp41"));
    fileType = out.toBytes();
    file.write(0, fileType, 0, fileType.length);
    position = (long) fileType.length + MDAT_HEADER;
  }

  /**
   * Adds a track.
   *
   * @param timescale ticks a second of everything added to it
   * @param origin media time at which the film starts, in ticks
   */
  public Output track(Track.Kind kind, int timescale, long origin) {
    var output = new Output(kind, timescale, origin);
    tracks.add(output);
    return output;
  }

  /**
   * Appends a segment's samples. Where the one before ended earlier, its last picture, or sound,
   * stands until this one.
   */
  public void add(Output track, SampleEntry entry, byte[] segment, Fragment fragment)
      throws IOException {
    int description = track.entry(entry);
    if (track.sizes.length == 0 && !fragment.samples().isEmpty()) {
      track.firstTime = fragment.decodeTime();
      track.firstDelay = fragment.samples().getFirst().compositionOffset();
    } else {
      track.duration +=
          track.durations.lengthenLast(fragment.decodeTime() - track.firstTime - track.duration);
    }
    var media = new BoxWriter();
    for (var sample : fragment.samples()) {
      media.raw(Arrays.copyOfRange(segment, sample.offset(), sample.offset() + sample.size()));
      track.durations.add((int) sample.duration());
      track.sizes.add(sample.size());
      track.compositions.add(sample.compositionOffset());
      if (sample.random() == Fragment.Access.SYNC) {
        track.sync.add(track.sizes.length);
      }
      track.duration += sample.duration();
    }
    byte[] bytes = media.toBytes();
    file.write(position, bytes, 0, bytes.length);
    track.chunks.add(new Chunk(position, fragment.samples().size(), description));
    position += bytes.length;
  }

  /** Writes the index and closes the file. */
  @Override
  public void close() throws IOException {
    var used = tracks.stream().filter(t -> t.sizes.length > 0).toList();
    var out = new BoxWriter();
    out.begin("moov");
    long longest = 0;
    for (var track : used) {
      longest = Math.max(longest, milliseconds(track));
    }
    MovieBoxes.movieHeader(out, longest, used.size() + 1);
    for (int i = 0; i < used.size(); i++) {
      writeTrack(out, used.get(i), i + 1);
    }
    byte[] moov = out.end().toBytes();
    file.write(position, moov, 0, moov.length);
    var head = new BoxWriter();
    head.u32(1).fourcc("mdat").u64(position - fileType.length);
    byte[] mdat = head.toBytes();
    file.write(fileType.length, mdat, 0, mdat.length);
    file.close();
  }

  /** Ticks of nothing before the film's first picture, or sound, of this track. */
  private static long late(Output track) {
    return Math.max(0, track.firstTime + track.firstDelay - track.origin);
  }

  /** Ticks of the media that come before what is shown. */
  private static long mediaStart(Output track) {
    return late(track) > 0 ? track.firstDelay : Math.max(0, track.origin - track.firstTime);
  }

  private static long shownMs(Output track) {
    // What is delayed behind its decoding is shown until so much later.
    long end = track.duration + track.firstDelay;
    return milliseconds(track, Math.max(0, end - mediaStart(track)));
  }

  private static long milliseconds(Output track) {
    return milliseconds(track, late(track)) + shownMs(track);
  }

  private static long milliseconds(Output track, long ticks) {
    return ticks * MovieBoxes.MOVIE_TIMESCALE / track.timescale;
  }

  private static void edits(BoxWriter out, Output track) {
    long late = milliseconds(track, late(track));
    if (late == 0 && mediaStart(track) == 0) {
      return;
    }
    out.begin("edts").begin("elst", 1, 0).u32(late > 0 ? 2 : 1);
    if (late > 0) {
      out.u64(late).u64(-1).u32(0x10000); // ISO/IEC 14496-12 §8.6.6: an empty edit
    }
    out.u64(shownMs(track)).u64(mediaStart(track)).u32(0x10000).end().end();
  }

  private static void writeTrack(BoxWriter out, Output track, int id) {
    out.begin("trak");
    MovieBoxes.trackHeader(out, id, track.entries.getFirst(), milliseconds(track));
    edits(out, track);
    MovieBoxes.mediaUpToTables(
        out, track.kind, track.timescale, track.duration, "und", track.entries);
    runs(out, "stts", 0, track.durations);
    if (track.compositions.any()) {
      runs(out, "ctts", 1, track.compositions);
    }
    if (track.sync.length < track.sizes.length) {
      out.begin("stss", 0, 0).u32(track.sync.length);
      track.sync.write(out);
      out.end();
    }
    out.begin("stsz", 0, 0).u32(0).u32(track.sizes.length);
    track.sizes.write(out);
    out.end();
    out.begin("stsc", 0, 0).u32(track.chunks.size());
    for (int i = 0; i < track.chunks.size(); i++) {
      var chunk = track.chunks.get(i);
      out.u32(i + 1L).u32(chunk.samples()).u32(chunk.entry());
    }
    out.end();
    out.begin("co64", 0, 0).u32(track.chunks.size());
    track.chunks.forEach(chunk -> out.u64(chunk.offset()));
    out.end();
    out.end().end().end().end();
  }

  private static void runs(BoxWriter out, String type, int version, Growing values) {
    out.begin(type, version, 0);
    int countAt = out.length();
    out.u32(0);
    int entries = 0;
    for (int i = 0; i < values.length; ) {
      int from = i;
      while (i < values.length && values.at[i] == values.at[from]) {
        i++;
      }
      out.u32(i - from).u32(values.at[from]);
      entries++;
    }
    out.patch(countAt, entries);
    out.end();
  }

  /** Whole numbers that grow in number. */
  private static final class Growing {
    private int[] at = new int[256];
    private int length;

    void add(int value) {
      if (length == at.length) {
        at = Arrays.copyOf(at, length * 2);
      }
      at[length++] = value;
    }

    /** Makes the last one so much greater where it can be; answers by how much it is. */
    long lengthenLast(long more) {
      boolean possible = length > 0 && more > 0 && more <= Integer.MAX_VALUE - at[length - 1];
      at[Math.max(0, length - 1)] += possible ? (int) more : 0;
      return possible ? more : 0;
    }

    boolean any() {
      return Arrays.stream(at, 0, length).anyMatch(v -> v != 0);
    }

    void write(BoxWriter out) {
      for (int i = 0; i < length; i++) {
        out.u32(at[i]);
      }
    }
  }
}
