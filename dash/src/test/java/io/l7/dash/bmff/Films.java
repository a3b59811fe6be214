package io.l7.dash.bmff;

import io.l7.dash.limits.DashLimits;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Small films made in memory: an H.264 track whose media are numbered bytes. */
public final class Films {
  private Films() {}

  /** A sample entry of avc1, 320x180, whose configuration is just long enough to be named. */
  static byte[] avc1() {
    var out = new BoxWriter();
    out.begin("avc1").zeros(6).u16(1).zeros(16).u16(320).u16(180).zeros(50);
    out.begin("avcC").u8(1).u8(0x64).u8(0).u8(0x1f).u8(0xff).u8(0xe0).u8(0).end();
    return out.end().toBytes();
  }

  /**
   * A plain MP4 of {@code count} pictures of 40 ms, a keyframe every {@code keyEvery}; sample i is
   * i + 1 bytes of i.
   */
  public static byte[] plain(int count, int keyEvery) throws Exception {
    return plain(count, keyEvery, 40);
  }

  /** The same, of pictures that stand for {@code ms} each. */
  public static byte[] plain(int count, int keyEvery, int ms) throws Exception {
    var file = new ByteFile(new byte[0]);
    var entry =
        SampleEntry.read(
            Box.of(avc1(), 0, DashLimits.defaults()), Track.Kind.VIDEO, DashLimits.defaults());
    try (var writer = new Mp4Writer(file)) {
      var track = writer.track(Track.Kind.VIDEO, 1000, 0);
      List<Fragment.Sample> samples = new ArrayList<>();
      var media = new BoxWriter();
      for (int i = 0; i < count; i++) {
        var access = i % keyEvery == 0 ? Fragment.Access.SYNC : Fragment.Access.NOT_SYNC;
        samples.add(new Fragment.Sample(media.length(), i + 1, ms, 0, access));
        for (int b = 0; b <= i; b++) {
          media.u8(i);
        }
      }
      writer.add(track, entry, media.toBytes(), new Fragment(0, samples));
    }
    return file.content();
  }

  /**
   * A film as encoders make them: pictures of uneven durations, shown in another order than they
   * are decoded, with an edit list that starts it at the first picture shown.
   *
   * @param timescale ticks a second
   * @param keyEvery pictures from one keyframe to the next
   */
  public static byte[] reordered(RandomGenerator random, int timescale, int count, int keyEvery)
      throws Exception {
    return reordered(random, timescale, count, keyEvery, _ -> 0);
  }

  /** Whole pictures by which the n-th keyframe is delayed more than the first. */
  public interface Delays {
    int of(int keyframe);
  }

  /** The same, of which some keyframes are delayed more than the first, as rates that vary do. */
  public static byte[] reordered(
      RandomGenerator random, int timescale, int count, int keyEvery, Delays delays)
      throws Exception {
    var file = new ByteFile(new byte[0]);
    var entry =
        SampleEntry.read(
            Box.of(avc1(), 0, DashLimits.defaults()), Track.Kind.VIDEO, DashLimits.defaults());
    int step = Math.max(2, timescale / 25);
    int delay = 2 * step;
    try (var writer = new Mp4Writer(file)) {
      var track = writer.track(Track.Kind.VIDEO, timescale, delay);
      List<Fragment.Sample> samples = new ArrayList<>();
      var media = new BoxWriter();
      for (int i = 0; i < count; i++) {
        boolean key = i % keyEvery == 0;
        int size = random.nextInt(1, 200);
        int offset = key ? delay + delays.of(i / keyEvery) * step : random.nextInt(0, 4) * step;
        samples.add(
            new Fragment.Sample(
                media.length(),
                size,
                step + random.nextInt(0, Math.max(1, step / 4)),
                offset,
                key ? Fragment.Access.SYNC : Fragment.Access.NOT_SYNC));
        for (int b = 0; b < size; b++) {
          media.u8(random.nextInt(256));
        }
      }
      writer.add(track, entry, media.toBytes(), new Fragment(0, samples));
    }
    return file.content();
  }
}
