package io.l7.dash.pack;

import io.l7.common.disk.DiskFile;
import io.l7.dash.bmff.Fragmenter;
import io.l7.dash.bmff.SegmentIndexBox;
import java.io.IOException;
import java.util.ArrayList;

/**
 * Writes a rendition as one file: init segment, index (sidx), fragments; for the On-Demand profile.
 */
final class OnDemandFile {
  private static final int MOST_REFERENCES = 65_535;

  private OnDemandFile() {}

  /**
   * @param initBytes size of the init segment; the index begins there
   * @param indexEnd first byte behind the index
   */
  record Ranges(long initBytes, long indexEnd) {}

  private static final class Appending implements Fragmenter.Sink {
    private final DiskFile file;
    private long at;

    Appending(DiskFile file, long at) {
      this.file = file;
      this.at = at;
    }

    @Override
    public void take(byte[] bytes, int offset, int length) throws IOException {
      file.write(at, bytes, offset, length);
      at += length;
    }
  }

  static Ranges write(Rendition r, DiskFile file) throws IOException {
    // ISO/IEC 14496-12 §8.16.3: reference_count has 16 bits.
    if (r.index().count() > MOST_REFERENCES) {
      throw new PackException(
          "%d segments, and an index holds %d: use longer segments, or form timeline"
              .formatted(r.index().count(), MOST_REFERENCES));
    }
    byte[] init = r.init();
    file.write(0, init, 0, init.length);
    var index = r.index();
    int indexBytes = SegmentIndexBox.bytes(index.count());
    long at = (long) init.length + indexBytes;
    byte[] buffer = new byte[Fragmenter.PIECE_BYTES];
    var references = new ArrayList<SegmentIndexBox.Reference>();
    for (int k = 0; k < index.count(); k++) {
      var out = new Appending(file, at);
      r.write(k, out, buffer);
      references.add(new SegmentIndexBox.Reference((int) (out.at - at), index.duration(k)));
      at = out.at;
    }
    byte[] box = SegmentIndexBox.write(r.track().timescale(), index.time(0), references);
    file.write(init.length, box, 0, box.length);
    return new Ranges(init.length, init.length + indexBytes);
  }
}
