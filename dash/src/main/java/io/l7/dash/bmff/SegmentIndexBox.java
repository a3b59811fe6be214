package io.l7.dash.bmff;

import io.l7.dash.limits.DashLimits;
import java.util.ArrayList;
import java.util.List;

/**
 * The index of a file's subsegments (sidx, ISO/IEC 14496-12 §8.16.3).
 *
 * @param firstOffset bytes between the box's end and the first subsegment
 */
public record SegmentIndexBox(
    int timescale, long earliestTime, long firstOffset, List<Reference> references) {

  public SegmentIndexBox {
    references = List.copyOf(references);
  }

  /** No time nor offset is beyond; sums of two stay below what a long holds. */
  private static final long LONGEST = 1L << 60;

  /** One subsegment: bytes, and ticks. */
  public record Reference(int bytes, long duration) {}

  /** Size of a box of so many references. */
  public static int bytes(int references) {
    return 40 + 12 * references;
  }

  /** The box, its subsegments following at once. */
  public static byte[] write(int timescale, long earliestTime, List<Reference> references) {
    var out = new BoxWriter();
    out.begin("sidx", 1, 0).u32(Fragmenter.TRACK_ID).u32(timescale);
    out.u64(earliestTime).u64(0).u16(0).u16(references.size());
    for (var reference : references) {
      // Starts with SAP, type 1.
      out.u32(reference.bytes()).u32(reference.duration()).u32(0x90000000L);
    }
    return out.end().toBytes();
  }

  /** Reads the first sidx of these bytes. */
  public static SegmentIndexBox read(byte[] bytes, DashLimits limits) throws BmffException {
    for (Box box : Box.all(bytes, limits)) {
      if (box.type().equals("sidx")) {
        return read(box);
      }
    }
    throw new BmffException("no segment index (sidx)", 0);
  }

  private static SegmentIndexBox read(Box box) throws BmffException {
    boolean wide = box.u8() == 1;
    box.skip(7);
    int timescale = box.s32();
    if (timescale <= 0) {
      throw box.error("a timescale of " + timescale);
    }
    long earliest = wide ? box.u64() : box.u32();
    long first = wide ? box.u64() : box.u32();
    if (earliest < 0 || first < 0 || earliest > LONGEST || first > LONGEST) {
      throw box.error("sidx with a time or offset that is none");
    }
    box.skip(2);
    int count = box.u16();
    if (count == 0 || count * 12 > box.remaining()) {
      throw box.error("sidx announces " + count + " references");
    }
    var references = new ArrayList<Reference>(count);
    for (int i = 0; i < count; i++) {
      int size = box.s32();
      if (size < 0) {
        throw box.error("sidx of sidx is not read");
      }
      references.add(new Reference(size, box.u32()));
      box.skip(4);
    }
    return new SegmentIndexBox(timescale, earliest, first, references);
  }
}
