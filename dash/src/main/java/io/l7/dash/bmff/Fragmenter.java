package io.l7.dash.bmff;

import io.l7.common.disk.DiskFile;
import io.l7.dash.limits.DashLimits;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/**
 * Turns a run of a track's samples into a CMAF segment, one track a file. Not one sample's bytes
 * change. Reads the file in pieces, neighbouring samples together.
 */
public final class Fragmenter {
  /** Each output file holds one track. */
  public static final int TRACK_ID = 1;

  /** styp, moof, mfhd, traf, tfhd, tfdt, trun without its samples, header of mdat. */
  private static final int HEAD_BYTES = 28 + 8 + 16 + 8 + 16 + 20 + 20 + 8;

  private static final int SYNC = 0x02000000;
  private static final int NOT_SYNC = 0x01010000;
  private static final int MAX_TRUN_SAMPLES = DashLimits.defaults().segmentSamples();

  /** What a player takes; it is made in memory for each that asks for another one. */
  private static final int MAX_BYTES = DashLimits.defaults().segmentBytes();

  /** Media is read in pieces that stay in the processor's cache. */
  public static final int PIECE_BYTES = 256 << 10;

  private final Track track;
  private final long shift;

  /**
   * @param shift ticks added to decode times, so that all tracks of a presentation share one
   *     timeline
   */
  public Fragmenter(Track track, long shift) {
    this.track = track;
    this.shift = shift;
  }

  /** ftyp and moov (CMAF header, ISO/IEC 23000-19 §7.3.1). */
  public byte[] init() {
    var out = new BoxWriter();
    MovieBoxes.fileType(out, "ftyp", "iso6", List.of("iso6", "cmfc", "dash", "mp41"));
    out.begin("moov");
    MovieBoxes.movieHeader(out, 0, TRACK_ID + 1);
    out.begin("trak");
    MovieBoxes.trackHeader(out, TRACK_ID, track.sampleEntry(), 0);
    MovieBoxes.mediaUpToTables(
        out, track.kind(), track.timescale(), 0, track.language(), List.of(track.sampleEntry()));
    out.begin("stts", 0, 0).u32(0).end();
    out.begin("stsc", 0, 0).u32(0).end();
    out.begin("stsz", 0, 0).u32(0).u32(0).end();
    out.begin("stco", 0, 0).u32(0).end();
    out.end().end().end().end();
    out.begin("mvex").begin("trex", 0, 0).u32(TRACK_ID).u32(1).zeros(12).end().end();
    return out.end().toBytes();
  }

  /** Bytes of a segment of so many samples before its media: what {@link #head} will give. */
  public long headBytes(int samples) {
    return HEAD_BYTES + (long) samples * (track.samples().reordered() ? 16 : 12);
  }

  /** Bytes of media in samples {@code from} to {@code to - 1}. */
  public long mediaBytes(int from, int to) {
    long bytes = 0;
    for (int i = from; i < to; i++) {
      bytes += track.samples().size(i);
    }
    return bytes;
  }

  /**
   * styp, moof and the header of mdat for samples {@code from} to {@code to - 1}; their media
   * follows.
   *
   * @param sequence number of the fragment, from 1
   */
  public byte[] head(int sequence, int from, int to) throws BmffException {
    var samples = track.samples();
    if (to - from > MAX_TRUN_SAMPLES) {
      throw new BmffException("a segment of " + (to - from) + " samples", 0);
    }
    long media = mediaBytes(from, to);
    if (media > MAX_BYTES) {
      throw new BmffException("a segment of " + media + " bytes", 0);
    }
    var out = new BoxWriter();
    segmentType(out);
    int moof = out.length();
    out.begin("moof");
    out.begin("mfhd", 0, 0).u32(sequence).end();
    out.begin("traf");
    // default-base-is-moof: offsets count from the moof, so fragments can be moved.
    out.begin("tfhd", 0, 0x020000).u32(TRACK_ID).end();
    out.begin("tfdt", 1, 0).u64(samples.decodeTime(from) + shift).end();
    boolean reordered = samples.reordered();
    // data offset, duration, size, flags and, where needed, signed composition offsets.
    out.begin("trun", 1, 0x000701 | (reordered ? 0x800 : 0)).u32(to - from);
    int dataOffset = out.length();
    out.u32(0);
    for (int i = from; i < to; i++) {
      out.u32(samples.duration(i)).u32(samples.size(i));
      out.u32(samples.isSync(i) ? SYNC : NOT_SYNC);
      if (reordered) {
        out.u32(samples.compositionOffset(i));
      }
    }
    out.end().end().end();
    out.patch(dataOffset, out.length() - moof + 8);
    out.u32(media + 8).fourcc("mdat");
    return out.toBytes();
  }

  private static void segmentType(BoxWriter out) {
    MovieBoxes.fileType(out, "styp", "msdh", List.of("msdh", "msix", "cmfs"));
  }

  /** A segment in which there is nothing: readers go on behind it. */
  public static byte[] empty() {
    var out = new BoxWriter();
    segmentType(out);
    return out.toBytes();
  }

  /** Takes media in order. */
  @FunctionalInterface
  public interface Sink {
    void take(byte[] bytes, int offset, int length) throws IOException;
  }

  /**
   * Reads the media of samples {@code from} to {@code to - 1} in pieces of the buffer's size.
   *
   * @param used bytes at the buffer's start that stay and go with the first piece
   */
  public void media(DiskFile file, int from, int to, byte[] buffer, int used, Sink sink)
      throws IOException {
    var samples = track.samples();
    int filled = used;
    int sample = from;
    while (sample < to) {
      long position = samples.offset(sample);
      long end = position;
      // Neighbours on disk are read together.
      do {
        end += samples.size(sample++);
      } while (sample < to && samples.offset(sample) == end);
      while (position < end) {
        int room = Math.min(buffer.length - filled, PIECE_BYTES);
        int wanted = (int) Math.min(room, end - position);
        int count = file.read(position, buffer, filled, wanted);
        if (count < 0) {
          throw new BmffException("the file ends inside a sample", position);
        }
        position += count;
        filled += count;
        if (filled == buffer.length) {
          sink.take(buffer, 0, filled);
          filled = 0;
        }
      }
    }
    sink.take(buffer, 0, filled);
  }

  /** A whole segment in memory. */
  public byte[] segment(DiskFile file, int sequence, int from, int to) throws IOException {
    byte[] head = head(sequence, from, to);
    byte[] whole = Arrays.copyOf(head, (int) (head.length + mediaBytes(from, to)));
    media(file, from, to, whole, head.length, (bytes, offset, length) -> {});
    return whole;
  }
}
