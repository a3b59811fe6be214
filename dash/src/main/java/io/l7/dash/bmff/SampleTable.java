package io.l7.dash.bmff;

import io.l7.dash.limits.DashLimits;
import java.util.Arrays;
import java.util.Optional;

/**
 * A track's samples (stbl): run-length coded as in the file, so that memory stays within that of
 * the file's own tables. Times in ticks of the track's timescale. Immutable.
 */
public final class SampleTable {
  private static final int MARK = 256;

  private final int count;
  private final int constantSize;
  private final int[] sizes;
  private final Runs decode;
  private final Runs composition;
  private final int[] sync;
  private final boolean allSync;
  private final long[] chunkOffsets;
  private final int[] chunkFirst;

  /** Bytes of all samples before each {@link #MARK}-th one: a chunk may hold a whole film. */
  private final long[] marks;

  private SampleTable(
      int count,
      int constantSize,
      int[] sizes,
      Runs decode,
      Runs composition,
      int[] sync,
      boolean allSync,
      long[] chunkOffsets,
      int[] chunkFirst) {
    this.count = count;
    this.constantSize = constantSize;
    this.sizes = sizes;
    this.decode = decode;
    this.composition = composition;
    this.sync = sync;
    this.allSync = allSync;
    this.chunkOffsets = chunkOffsets;
    this.chunkFirst = chunkFirst;
    this.marks = new long[sizes.length / MARK + 1];
    long bytes = 0;
    for (int i = 0; i < sizes.length; i++) {
      if (i % MARK == 0) {
        marks[i / MARK] = bytes;
      }
      bytes += sizes[i];
    }
    if (sizes.length % MARK == 0) {
      marks[sizes.length / MARK] = bytes;
    }
  }

  static SampleTable read(Box stbl, long fileSize, DashLimits limits) throws BmffException {
    Box stsz = stbl.require("stsz", limits);
    stsz.skip(4);
    int constant = stsz.s32();
    int count;
    int[] sizes = new int[0];
    if (constant == 0) {
      count = stsz.count(4);
      sizes = new int[count];
      long bytes = 0;
      for (int i = 0; i < count; i++) {
        sizes[i] = stsz.s32();
        if (sizes[i] < 0) {
          throw stsz.error("sample " + i + " is over 2 GiB");
        }
        bytes += sizes[i];
      }
      // Samples that lie in the same place would be written out once each.
      if (bytes > fileSize) {
        throw stsz.error("samples of " + bytes + " bytes in a file of " + fileSize);
      }
    } else {
      long announced = stsz.u32();
      if (constant < 0 || announced * constant > fileSize || announced > Integer.MAX_VALUE) {
        throw stsz.error("stsz announces more samples than the file has bytes");
      }
      count = (int) announced;
    }
    Runs decode = Runs.read(stbl.require("stts", limits), Runs.Sign.UNSIGNED);
    if (decode.samples() < count) {
      throw new BmffException("stts times fewer samples than stsz has", stbl.offset());
    }
    Optional<Box> ctts = stbl.find("ctts", limits);
    // 14496-12 §8.6.1.3: version 0 is unsigned, yet writers put signed offsets there too.
    Runs composition = ctts.isPresent() ? Runs.read(ctts.get(), Runs.Sign.SIGNED) : Runs.NONE;
    Optional<Box> stss = stbl.find("stss", limits);
    int[] sync = stss.isPresent() ? readSync(stss.get(), count) : new int[0];
    long[] offsets = readOffsets(stbl, limits);
    int[] first = readChunks(stbl.require("stsc", limits), offsets.length, count);
    var table =
        new SampleTable(
            count, constant, sizes, decode, composition, sync, stss.isEmpty(), offsets, first);
    table.checkExtents(fileSize, stbl.offset());
    return table;
  }

  private static int[] readSync(Box stss, int count) throws BmffException {
    stss.skip(4);
    int[] sync = new int[stss.count(4)];
    long before = 0;
    for (int i = 0; i < sync.length; i++) {
      long number = stss.u32();
      if (number <= before || number > count) {
        throw stss.error("stss names sample " + number + " after " + before + " of " + count);
      }
      before = number;
      sync[i] = (int) number - 1;
    }
    return sync;
  }

  private static long[] readOffsets(Box stbl, DashLimits limits) throws BmffException {
    Optional<Box> wide = stbl.find("co64", limits);
    Box box = wide.isPresent() ? wide.get() : stbl.require("stco", limits);
    box.skip(4);
    long[] offsets = new long[box.count(wide.isPresent() ? 8 : 4)];
    for (int i = 0; i < offsets.length; i++) {
      offsets[i] = wide.isPresent() ? box.u64() : box.u32();
      if (offsets[i] < 0) {
        throw box.error("chunk " + i + " has a negative offset");
      }
    }
    return offsets;
  }

  /** First sample of each chunk, and the number of samples behind the last. */
  private static int[] readChunks(Box stsc, int chunks, int count) throws BmffException {
    stsc.skip(4);
    int entries = stsc.count(12);
    int[] first = new int[chunks + 1];
    long sample = 0;
    int chunk = 0;
    long perChunk = 0;
    for (int i = 0; i <= entries && chunk < chunks; i++) {
      long next = i < entries ? stsc.u32() - 1 : chunks;
      long nextPerChunk = i < entries ? stsc.u32() : 0;
      if (i < entries) {
        stsc.skip(4);
      }
      if (next < chunk || (i == 0 && next != 0)) {
        throw stsc.error("stsc chunk numbers do not ascend from 1");
      }
      for (; chunk < Math.min(next, chunks); chunk++) {
        first[chunk] = (int) sample;
        sample = Math.min(count, sample + perChunk);
      }
      perChunk = nextPerChunk;
    }
    first[chunks] = (int) sample;
    if (sample < count || chunk < chunks) {
      throw stsc.error("chunks hold " + sample + " of " + count + " samples");
    }
    return first;
  }

  private void checkExtents(long fileSize, long at) throws BmffException {
    for (int chunk = 0; chunk < chunkOffsets.length; chunk++) {
      long bytes = 0;
      if (constantSize != 0) {
        bytes = (long) constantSize * (chunkFirst[chunk + 1] - chunkFirst[chunk]);
      } else {
        for (int i = chunkFirst[chunk]; i < chunkFirst[chunk + 1]; i++) {
          bytes += sizes[i];
        }
      }
      // Samples of no bytes have a place all the same.
      boolean empty = chunkFirst[chunk] == chunkFirst[chunk + 1];
      if (!empty && bytes > fileSize - chunkOffsets[chunk]) {
        throw new BmffException("chunk " + chunk + " lies past the end of the file", at);
      }
    }
  }

  public int count() {
    return count;
  }

  public int size(int sample) {
    return constantSize != 0 ? constantSize : sizes[sample];
  }

  public long decodeTime(int sample) {
    return decode.sumBefore(sample);
  }

  /** Ticks from this sample's decode time to the next one's. */
  public long duration(int sample) {
    return decode.at(sample);
  }

  public long compositionOffset(int sample) {
    return composition.at(sample);
  }

  /** Whether presentation order may differ from decode order. */
  public boolean reordered() {
    return composition != Runs.NONE;
  }

  /** Decode time behind the last sample. */
  public long endTime() {
    return decode.sumBefore(count);
  }

  public boolean isSync(int sample) {
    return allSync || Arrays.binarySearch(sync, sample) >= 0;
  }

  /** The last sync sample at or before this one; 0 where there is none. */
  public int syncAtOrBefore(int sample) {
    if (allSync) {
      return sample;
    }
    int found = Arrays.binarySearch(sync, sample);
    int index = found >= 0 ? found : -found - 2;
    return index < 0 ? 0 : sync[index];
  }

  /** Every sample on which decoding can start, in order. */
  public int[] syncSamples() {
    if (!allSync) {
      return sync.clone();
    }
    int[] all = new int[count];
    Arrays.setAll(all, i -> i);
    return all;
  }

  /** Where the sample's bytes are in the file. */
  public long offset(int sample) {
    int found = Arrays.binarySearch(chunkFirst, 0, chunkOffsets.length, sample);
    int chunk = found >= 0 ? found : -found - 2;
    // Empty chunks share their first sample with the one that holds it.
    while (chunk + 1 < chunkOffsets.length && chunkFirst[chunk + 1] <= sample) {
      chunk++;
    }
    int first = chunkFirst[chunk];
    return chunkOffsets[chunk]
        + (sample - first < MARK ? bytes(first, sample) : bytesBefore(sample) - bytesBefore(first));
  }

  private long bytesBefore(int sample) {
    return constantSize != 0
        ? (long) constantSize * sample
        : marks[sample / MARK] + bytes(sample / MARK * MARK, sample);
  }

  private long bytes(int from, int to) {
    long bytes = 0;
    for (int i = from; i < to; i++) {
      bytes += size(i);
    }
    return bytes;
  }

  /** The first sample decoded at or after {@code ticks}; {@link #count} where there is none. */
  public int firstAtOrAfter(long ticks) {
    return (int) Math.min(count, decode.firstSumAtOrAfter(ticks));
  }
}
