package io.l7.dash.bmff;

import io.l7.dash.limits.DashLimits;
import java.util.Arrays;

/**
 * What an init segment says of its one track.
 *
 * @param defaults trex: duration, size and flags of samples whose run names none
 */
public record InitSegment(
    int trackId, Track.Kind kind, int timescale, SampleEntry sampleEntry, Defaults defaults) {

  /** Sample duration in ticks, size in bytes, flags. */
  public record Defaults(long duration, int size, int flags) {}

  /** Reads an init segment that holds one video or audio track. */
  public static InitSegment read(byte[] bytes, DashLimits limits) throws BmffException {
    Box moov = null;
    for (Box box : Box.all(bytes, limits)) {
      if (box.type().equals("moov")) {
        moov = box;
      }
    }
    if (moov == null) {
      throw new BmffException("an init segment without a movie box", bytes.length);
    }
    Box trak = moov.require("trak", limits);
    Box tkhd = trak.require("tkhd", limits);
    tkhd.skip(tkhd.u8() == 1 ? 19 : 11);
    int id = tkhd.s32();
    Box mdia = trak.require("mdia", limits);
    Box hdlr = mdia.require("hdlr", limits);
    hdlr.skip(8);
    String handler = hdlr.fourcc();
    var kind = Track.Kind.of(handler);
    if (kind.isEmpty()) {
      throw new BmffException("a track of handler " + handler, hdlr.offset());
    }
    Box mdhd = mdia.require("mdhd", limits);
    mdhd.skip(mdhd.u8() == 1 ? 19 : 11);
    int timescale = mdhd.s32();
    if (timescale <= 0) {
      throw new BmffException("a timescale of " + timescale, mdhd.offset());
    }
    Box stsd = mdia.require("minf", limits).require("stbl", limits).require("stsd", limits);
    stsd.skip(4);
    stsd.count(8);
    var entries = stsd.children(limits);
    if (entries.isEmpty()) {
      throw new BmffException("stsd has no sample entry", stsd.offset());
    }
    Box trex = moov.require("mvex", limits).require("trex", limits);
    trex.skip(12);
    var defaults = new Defaults(trex.u32(), trex.s32(), trex.s32());
    return new InitSegment(
        id,
        kind.get(),
        timescale,
        SampleEntry.read(entries.getFirst(), kind.get(), limits),
        defaults);
  }

  /** Whether both describe the same decoder set-up. */
  public boolean sameDecoder(InitSegment other) {
    return timescale == other.timescale
        && Arrays.equals(sampleEntry.box(), other.sampleEntry.box());
  }
}
