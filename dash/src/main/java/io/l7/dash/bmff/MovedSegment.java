package io.l7.dash.bmff;

import io.l7.dash.limits.DashLimits;
import java.nio.ByteBuffer;

/** A media segment at another time. Its size and its samples stay as they are. */
public final class MovedSegment {
  private static final int DURATIONS = 0x100;

  private MovedSegment() {}

  /**
   * Where a segment goes.
   *
   * @param sequence of its fragments; what does not fit in 32 bits is left out
   * @param shift ticks added to its decode times
   * @param stretch ticks that its last sample stands longer
   */
  public record Move(long sequence, long shift, long stretch) {}

  /**
   * A copy, moved.
   *
   * @throws BmffException where it is no segment, or has no room for the new time
   */
  public static byte[] of(byte[] segment, Move move, DashLimits limits) throws BmffException {
    byte[] moved = segment.clone();
    var bytes = ByteBuffer.wrap(moved);
    int fragments = 0;
    int last = -1;
    for (Box box : Box.all(segment, limits)) {
      if (!box.type().equals("moof")) {
        continue;
      }
      fragments++;
      bytes.putInt(payload(box.require("mfhd", limits)) + 4, (int) move.sequence());
      for (Box traf : box.fresh().children(limits)) {
        if (traf.type().equals("traf")) {
          decodeTime(traf.require("tfdt", limits), bytes, move.shift());
          last = Math.max(last, lastDuration(traf, limits));
        }
      }
    }
    if (fragments == 0) {
      throw new BmffException("a media segment without a fragment (moof)", segment.length);
    }
    if (last >= 0) {
      long duration = (bytes.getInt(last) & 0xffffffffL) + move.stretch();
      bytes.putInt(last, (int) Math.clamp(duration, 0, 0xffffffffL));
    }
    return moved;
  }

  private static int payload(Box box) throws BmffException {
    Box fresh = box.fresh();
    if (fresh.remaining() < 8) {
      throw box.error("a box " + box.type() + " that is cut short");
    }
    return (int) (fresh.endOffset() - fresh.remaining());
  }

  private static void decodeTime(Box tfdt, ByteBuffer bytes, long shift) throws BmffException {
    int at = payload(tfdt) + 4;
    if (bytes.get(at - 4) == 1 && tfdt.endOffset() - at >= 8) {
      bytes.putLong(at, bytes.getLong(at) + shift);
      return;
    }
    long time = (bytes.getInt(at) & 0xffffffffL) + shift;
    if (bytes.get(at - 4) != 0 || time > 0xffffffffL) {
      throw tfdt.error("a decode time without room for " + time);
    }
    bytes.putInt(at, (int) time);
  }

  /** Where the duration of the last sample stands; -1 where none of its own does. */
  private static int lastDuration(Box traf, DashLimits limits) throws BmffException {
    int last = -1;
    for (Box trun : traf.fresh().children(limits)) {
      if (!trun.type().equals("trun")) {
        continue;
      }
      Box run = trun.fresh();
      run.skip(1);
      int flags = run.u24();
      long count = run.u32();
      int fixed = 4 * Integer.bitCount(flags & 0x5);
      int entry = 4 * Integer.bitCount(flags & 0xf00);
      if (count > 0 && (flags & DURATIONS) != 0) {
        if (fixed + count * entry > run.remaining()) {
          throw trun.error("trun announces " + count + " samples");
        }
        last = (int) (payload(trun) + 8 + fixed + (count - 1) * entry);
      }
    }
    return last;
  }
}
