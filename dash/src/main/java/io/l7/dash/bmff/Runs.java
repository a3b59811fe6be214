package io.l7.dash.bmff;

import java.util.Arrays;

/** Run-length coded values of samples (stts, ctts) with their running sums. Immutable. */
final class Runs {
  /** No values: all zero. */
  static final Runs NONE = new Runs(new long[] {0}, new long[0], new long[] {0});

  enum Sign {
    SIGNED,
    UNSIGNED
  }

  /** First sample of each run, and one behind the last. */
  private final long[] first;

  private final long[] value;
  private final long[] sum;

  private Runs(long[] first, long[] value, long[] sum) {
    this.first = first;
    this.value = value;
    this.sum = sum;
  }

  static Runs read(Box box, Sign sign) throws BmffException {
    box.skip(4);
    int entries = box.count(8);
    long[] first = new long[entries + 1];
    long[] value = new long[entries];
    long[] sum = new long[entries + 1];
    for (int i = 0; i < entries; i++) {
      long count = box.u32();
      value[i] = sign == Sign.SIGNED ? box.s32() : box.u32();
      first[i + 1] = first[i] + count;
      // At most 2^32 x 2^32 a run: refused before it can overflow.
      if (Math.multiplyHigh(count, value[i]) != count * value[i] >> 63
          || sum[i] > Long.MAX_VALUE / 4
          || Math.abs(count * value[i]) > Long.MAX_VALUE / 4) {
        throw box.error(box.type() + " sums past 2^61 ticks");
      }
      sum[i + 1] = sum[i] + count * value[i];
    }
    return new Runs(first, value, sum);
  }

  long samples() {
    return first[first.length - 1];
  }

  long at(int sample) {
    int run = run(sample);
    return run < value.length ? value[run] : 0;
  }

  long sumBefore(int sample) {
    int run = run(sample);
    return run < value.length ? sum[run] + (sample - first[run]) * value[run] : sum[run];
  }

  private int run(int sample) {
    int found = Arrays.binarySearch(first, sample);
    int run = found >= 0 ? found : -found - 2;
    // Empty runs share their first sample with the one that counts.
    while (run + 1 < first.length && first[run + 1] <= sample) {
      run++;
    }
    return run;
  }

  /** For values of zero and more: the first sample whose sum before it reaches {@code target}. */
  long firstSumAtOrAfter(long target) {
    if (target <= 0) {
      return 0;
    }
    int low = 0;
    int high = value.length;
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (sum[middle + 1] >= target) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    if (low == value.length) {
      return samples();
    }
    return first[low] + Math.ceilDiv(target - sum[low], Math.max(1, value[low]));
  }
}
