package io.l7.dash.bmff;

import io.l7.dash.limits.DashLimits;
import java.util.ArrayList;
import java.util.List;

/**
 * The samples of a media segment (moof and trun), in decode order.
 *
 * @param decodeTime of the first sample, in ticks
 */
public record Fragment(long decodeTime, List<Sample> samples) {

  /** Not sync, so that decoding cannot start there. */
  private static final int NON_SYNC = 0x00010000;

  public Fragment {
    samples = List.copyOf(samples);
  }

  /**
   * One sample.
   *
   * @param offset of its bytes in the segment
   * @param size in bytes
   * @param duration in ticks
   * @param compositionOffset in ticks
   * @param random whether decoding can start here
   */
  public record Sample(int offset, int size, long duration, int compositionOffset, Access random) {}

  /** Whether decoding can start at a sample. */
  public enum Access {
    SYNC,
    NOT_SYNC
  }

  /** Sum of the samples' durations, in ticks. */
  public long duration() {
    return samples.stream().mapToLong(Sample::duration).sum();
  }

  /** Reads all fragments of a segment as one; the sums must hold within the segment's bytes. */
  public static Fragment read(byte[] segment, InitSegment init, DashLimits limits)
      throws BmffException {
    var samples = new ArrayList<Sample>();
    long first = -1;
    for (Box box : Box.all(segment, limits)) {
      if (!box.type().equals("moof")) {
        continue;
      }
      for (Box traf : box.children(limits)) {
        if (traf.type().equals("traf")) {
          long time = readTraf(traf, (int) box.offset(), segment.length, init, limits, samples);
          first = first < 0 ? time : first;
        }
      }
    }
    long bytes = samples.stream().mapToLong(Sample::size).sum();
    if (bytes > segment.length) {
      throw new BmffException("samples of " + bytes + " bytes in all", segment.length);
    }
    if (first < 0) {
      throw new BmffException("a media segment without a fragment (moof)", segment.length);
    }
    return new Fragment(first, samples);
  }

  private static long readTraf(
      Box traf, int moof, int length, InitSegment init, DashLimits limits, List<Sample> samples)
      throws BmffException {
    Box tfhd = traf.require("tfhd", limits);
    tfhd.skip(1);
    int flags = tfhd.u24();
    if (tfhd.s32() != init.trackId()) {
      throw tfhd.error("a fragment of a track that the init segment does not have");
    }
    long base = (flags & 1) != 0 ? tfhd.u64() : moof;
    tfhd.skip((flags & 2) != 0 ? 4 : 0);
    long duration = (flags & 8) != 0 ? tfhd.u32() : init.defaults().duration();
    int size = (flags & 0x10) != 0 ? tfhd.s32() : init.defaults().size();
    int sampleFlags = (flags & 0x20) != 0 ? tfhd.s32() : init.defaults().flags();
    var defaults = new InitSegment.Defaults(duration, size, sampleFlags);
    Box tfdt = traf.require("tfdt", limits);
    boolean wide = tfdt.u8() == 1;
    tfdt.skip(3);
    long time = wide ? tfdt.u64() : tfdt.u32();
    if (time < 0) {
      throw tfdt.error("a decode time of " + time);
    }
    long at = base;
    for (Box trun : traf.children(limits)) {
      if (trun.type().equals("trun")) {
        at = readRun(trun, base, at, length, limits, defaults, samples);
      }
    }
    return time;
  }

  private static long readRun(
      Box trun,
      long base,
      long after,
      int length,
      DashLimits limits,
      InitSegment.Defaults defaults,
      List<Sample> into)
      throws BmffException {
    trun.skip(1);
    int flags = trun.u24();
    long count = trun.u32();
    long at = (flags & 1) != 0 ? base + trun.s32() : after;
    int firstFlags = (flags & 4) != 0 ? trun.s32() : defaults.flags();
    int entryBytes = 4 * Integer.bitCount(flags & 0xf00);
    // A run without fields of its own still needs a byte of media for each sample.
    if (count * Math.max(1, entryBytes)
        > Math.max(trun.remaining(), entryBytes == 0 ? length : 0)) {
      throw trun.error("trun announces " + count + " samples");
    }
    if (count > limits.segmentSamples() - into.size()) {
      throw trun.error("over " + limits.segmentSamples() + " samples in one segment");
    }
    for (int i = 0; i < count; i++) {
      long duration = (flags & 0x100) != 0 ? trun.u32() : defaults.duration();
      int size = (flags & 0x200) != 0 ? trun.s32() : defaults.size();
      int sampleFlags = defaults.flags();
      if ((flags & 0x400) != 0) {
        sampleFlags = trun.s32();
      } else if (i == 0 && (flags & 4) != 0) {
        sampleFlags = firstFlags;
      }
      int composition = (flags & 0x800) != 0 ? trun.s32() : 0;
      if (size < 0 || at < 0 || at > length || size > length - at) {
        throw trun.error("sample " + i + " lies past the end of the segment");
      }
      var access = (sampleFlags & NON_SYNC) == 0 ? Access.SYNC : Access.NOT_SYNC;
      into.add(new Sample((int) at, size, duration, composition, access));
      at += size;
    }
    return at;
  }
}
