package io.l7.dash.bmff;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.spec.Spec;
import io.l7.dash.limits.DashLimits;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a file that was played into says of time. */
class Mp4WriterTest {
  private static final DashLimits LIMITS = DashLimits.defaults();

  /** Two pictures of 40 ms from there, the first shown so much later than it is decoded. */
  private static Fragment fragment(long time, int delay) {
    return new Fragment(
        time,
        List.of(
            new Fragment.Sample(0, 1, 40, delay, Fragment.Access.SYNC),
            new Fragment.Sample(1, 1, 40, delay, Fragment.Access.NOT_SYNC)));
  }

  /** A film of ticks of a millisecond that starts at 1000 of the media's timeline. */
  private static ByteFile film(Fragment... fragments) throws Exception {
    var file = new ByteFile(new byte[0]);
    var entry = SampleEntry.read(Box.of(Films.avc1(), 0, LIMITS), Track.Kind.VIDEO, LIMITS);
    try (var writer = new Mp4Writer(file)) {
      var track = writer.track(Track.Kind.VIDEO, 1000, 1000);
      for (var fragment : fragments) {
        writer.add(track, entry, new byte[] {1, 2}, fragment);
      }
    }
    return file;
  }

  private static Track track(ByteFile film) throws Exception {
    return Mp4File.read(film, LIMITS).tracks().getFirst();
  }

  @Test
  @Spec("ISO/IEC 14496-12 §8.6.6")
  void aTrackThatStartsLaterThanTheFilmIsNotMovedToItsStart() throws Exception {
    for (int delay : new int[] {0, 80}) {
      var late = track(film(fragment(1700 - delay, delay)));
      assertThat(late.presentationTime(0)).as("delayed by " + delay).isEqualTo(700);
    }
  }

  @Test
  @Spec("ISO/IEC 14496-12 §8.6.6")
  void whatComesBeforeTheFilmIsNotCountedAsShown() throws Exception {
    shows(30, 50, fragment(950, 0));
    shows(80, 40, fragment(960, 40)); // and nothing comes before: it is only decoded earlier
  }

  private static void shows(long ms, long from, Fragment fragment) throws Exception {
    var film = film(fragment);
    var trak = moov(film).require("trak", LIMITS);
    var elst = trak.require("edts", LIMITS).require("elst", LIMITS);
    elst.skip(8);
    assertThat(elst.u64()).as("ms shown").isEqualTo(ms);
    assertThat(elst.u64()).as("from").isEqualTo(from);
    var tkhd = trak.require("tkhd", LIMITS);
    tkhd.skip(28);
    assertThat(tkhd.u64()).isEqualTo(ms);
  }

  private static Box moov(ByteFile film) throws Exception {
    return Box.root(film.content()).require("moov", LIMITS);
  }

  @Test
  void overAGapTheLastPictureStandsUntilTheNext() throws Exception {
    var track = track(film(fragment(1000, 0), fragment(1500, 0), fragment(1580, 0)));
    assertThat(track.samples().decodeTime(2)).isEqualTo(500);
    assertThat(track.samples().duration(1)).isEqualTo(460);
    assertThat(track.samples().decodeTime(4)).isEqualTo(580);
    var overlapping = track(film(fragment(1000, 0), fragment(1010, 0)));
    assertThat(overlapping.samples().decodeTime(2)).isEqualTo(80);
    var absurd = track(film(fragment(1000, 0), fragment(1L << 60, 0)));
    assertThat(absurd.samples().decodeTime(2)).isEqualTo(80);
  }
}
