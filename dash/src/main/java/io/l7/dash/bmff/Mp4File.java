package io.l7.dash.bmff;

import io.l7.common.disk.DiskFile;
import io.l7.dash.limits.DashLimits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The index of a plain MP4: its tracks and sample tables, read by positioned reads. The media stays
 * on disk. Immutable.
 */
public record Mp4File(List<Track> tracks) {
  public Mp4File {
    tracks = List.copyOf(tracks);
  }

  /** The first track of a kind. */
  public Optional<Track> first(Track.Kind kind) {
    return tracks.stream().filter(t -> t.kind() == kind).findFirst();
  }

  /**
   * Reads the index.
   *
   * @throws BmffException where the file breaks the standard or a bound
   */
  public static Mp4File read(DiskFile file, DashLimits limits) throws IOException {
    long size = file.size();
    long at = 0;
    var header = new byte[16];
    for (int boxes = 0; at < size; boxes++) {
      if (boxes == limits.boxes()) {
        throw new BmffException("over " + limits.boxes() + " boxes", at);
      }
      int have = readFully(file, at, header, (int) Math.min(16, size - at));
      long length = boxLength(header, have, at, size);
      String type = new String(header, 4, 4, StandardCharsets.ISO_8859_1);
      if (boxes == 0 && !type.matches("[ -~©]{4}")) {
        throw new BmffException("not an ISO base media file", at);
      }
      if (type.equals("moov")) {
        return readMoov(file, at, length, size, limits);
      }
      if (type.equals("moof")) {
        throw new BmffException("a fragmented file without a movie box before it", at);
      }
      at += length;
    }
    throw new BmffException("no movie box (moov)", size);
  }

  private static long boxLength(byte[] header, int have, long at, long fileSize)
      throws BmffException {
    if (have < 8) {
      throw new BmffException("the file ends inside a box header", at);
    }
    long length = number(header, 0, 4);
    if (length == 1 && have == 16) {
      length = number(header, 8, 8);
      if (length < 16) {
        throw new BmffException("a box has a largesize of " + length, at);
      }
    } else if (length == 0) {
      length = fileSize - at;
    } else if (length < 8) {
      throw new BmffException("a box has a size of " + length, at);
    }
    if (length > fileSize - at) {
      throw new BmffException("a box of " + length + " bytes ends past the end of the file", at);
    }
    return length;
  }

  private static long number(byte[] bytes, int from, int count) {
    long number = 0;
    for (int i = from; i < from + count; i++) {
      number = number << 8 | (bytes[i] & 0xff);
    }
    return number;
  }

  static int readFully(DiskFile file, long at, byte[] target, int length) throws IOException {
    int done = 0;
    while (done < length) {
      int count = file.read(at + done, target, done, length - done);
      if (count < 0) {
        throw new BmffException("the file ends early", at + done);
      }
      done += count;
    }
    return done;
  }

  private static Mp4File readMoov(
      DiskFile file, long at, long length, long fileSize, DashLimits limits) throws IOException {
    if (length > limits.moovBytes()) {
      throw new BmffException("a movie box of " + length + " bytes", at);
    }
    byte[] bytes = new byte[(int) length];
    readFully(file, at, bytes, bytes.length);
    Box moov = Box.of(bytes, at, limits);
    var tracks = new ArrayList<Track>();
    Box mvhd = moov.require("mvhd", limits);
    boolean wide = mvhd.u8() == 1;
    mvhd.skip(wide ? 19 : 11);
    long movieScale = mvhd.u32();
    int seen = 0;
    for (Box trak : moov.children(limits)) {
      if (trak.type().equals("mvex")) {
        throw new BmffException("the file is fragmented already", trak.offset());
      }
      if (trak.type().equals("trak")) {
        if (++seen > limits.tracks()) {
          throw new BmffException("over " + limits.tracks() + " tracks", trak.offset());
        }
        readTrack(trak, movieScale, fileSize, limits).ifPresent(tracks::add);
      }
    }
    if (tracks.isEmpty()) {
      throw new BmffException("no video or audio track", at);
    }
    return new Mp4File(tracks);
  }

  private static Optional<Track> readTrack(
      Box trak, long movieScale, long fileSize, DashLimits limits) throws BmffException {
    Box tkhd = trak.require("tkhd", limits);
    tkhd.skip(tkhd.u8() == 1 ? 19 : 11);
    int id = tkhd.s32();
    Box mdia = trak.require("mdia", limits);
    Box hdlr = mdia.require("hdlr", limits);
    hdlr.skip(8);
    var kind = Track.Kind.of(hdlr.fourcc());
    if (kind.isEmpty()) {
      return Optional.empty();
    }
    Box mdhd = mdia.require("mdhd", limits);
    boolean wide = mdhd.u8() == 1;
    mdhd.skip(wide ? 19 : 11);
    long timescale = mdhd.u32();
    if (timescale == 0 || timescale > Integer.MAX_VALUE) {
      throw new BmffException("a timescale of " + timescale, mdhd.offset());
    }
    mdhd.skip(wide ? 8 : 4);
    String language = language(mdhd.u16());
    Box stbl = mdia.require("minf", limits).require("stbl", limits);
    Box stsd = stbl.require("stsd", limits);
    stsd.skip(4);
    stsd.count(8);
    List<Box> entries = stsd.children(limits);
    if (entries.isEmpty()) {
      throw new BmffException("stsd has no sample entry", stsd.offset());
    }
    SampleTable samples = SampleTable.read(stbl, fileSize, limits);
    if (samples.count() == 0) {
      return Optional.empty();
    }
    var edits = Edits.read(trak, movieScale, timescale, samples, limits);
    return Optional.of(
        new Track(
            id,
            kind.get(),
            (int) timescale,
            language,
            SampleEntry.read(entries.getFirst(), kind.get(), limits),
            edits.mediaStart(),
            edits.delay(),
            samples));
  }

  private static String language(int packed) {
    var text = new StringBuilder(3);
    for (int shift = 10; shift >= 0; shift -= 5) {
      text.append((char) ((packed >> shift & 31) + 0x60));
    }
    return text.toString().matches("[a-z]{3}") ? text.toString() : "und";
  }

  /** Where presentation starts: an empty edit's delay and the first real edit's media time. */
  private record Edits(long delay, long mediaStart) {
    /** Ticks at which no film starts; sums of two stay below what a long holds. */
    private static final long LONGEST = 1L << 60;

    static Edits read(
        Box trak, long movieScale, long timescale, SampleTable samples, DashLimits limits)
        throws BmffException {
      var edts = trak.find("edts", limits);
      var elst = edts.isPresent() ? edts.get().find("elst", limits) : Optional.<Box>empty();
      if (elst.isEmpty()) {
        // Writers without edit lists delay the first picture only because offsets were unsigned:
        // presentation starts with it.
        return new Edits(0, Math.max(0, samples.compositionOffset(0)));
      }
      Box box = elst.get();
      boolean wide = box.u8() == 1;
      box.skip(3);
      int count = box.count(wide ? 20 : 12);
      long delay = 0;
      for (int i = 0; i < count; i++) {
        long duration = wide ? box.u64() : box.u32();
        long mediaTime = wide ? box.u64() : box.s32();
        box.skip(4);
        if (mediaTime > LONGEST) {
          throw box.error("an edit at " + mediaTime + " ticks");
        }
        if (mediaTime >= 0) {
          return new Edits(delay, mediaTime);
        }
        if (duration < 0 || duration > LONGEST / timescale || movieScale == 0) {
          throw box.error("an empty edit of " + duration + " ticks");
        }
        delay += duration * timescale / movieScale;
        if (delay > LONGEST) {
          throw box.error("empty edits of " + delay + " ticks");
        }
      }
      return new Edits(delay, 0);
    }
  }
}
