package io.l7.dash.bmff;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.l7.dash.limits.DashLimits;
import java.io.IOException;

/** Whatever the bytes: a result whose figures can be, or a typed error. */
class BoxFuzzTest {
  private static final DashLimits LIMITS = DashLimits.defaults();

  @FuzzTest(maxDuration = "5s")
  void aFileIsReadOrRefused(byte[] file) throws IOException {
    Mp4File film;
    try {
      film = Mp4File.read(new ByteFile(file), LIMITS);
    } catch (BmffException refused) {
      assertThat(refused.offset()).isNotNegative();
      return;
    }
    for (Track track : film.tracks()) {
      SampleTable samples = track.samples();
      assertThat(samples.count()).isPositive();
      for (int i = 0; i < Math.min(samples.count(), 50); i++) {
        assertThat(samples.offset(i) + samples.size(i)).isLessThanOrEqualTo(file.length);
        assertThat(samples.decodeTime(i)).isNotNegative();
      }
    }
  }

  @FuzzTest(maxDuration = "5s")
  void anInitSegmentIsReadOrRefused(byte[] segment) {
    try {
      assertThat(InitSegment.read(segment, LIMITS).timescale()).isPositive();
    } catch (BmffException refused) {
      assertThat(refused.offset()).isNotNegative();
    }
  }

  @FuzzTest(maxDuration = "5s")
  void aMediaSegmentIsReadOrRefused(byte[] segment) throws Exception {
    var track = Mp4File.read(new ByteFile(Films.plain(4, 2)), LIMITS).tracks().getFirst();
    var init = InitSegment.read(new Fragmenter(track, 0).init(), LIMITS);
    try {
      for (var sample : Fragment.read(segment, init, LIMITS).samples()) {
        assertThat(sample.offset()).isNotNegative();
        assertThat(sample.size()).isNotNegative();
        assertThat((long) sample.offset() + sample.size()).isLessThanOrEqualTo(segment.length);
      }
    } catch (BmffException refused) {
      assertThat(refused.offset()).isNotNegative();
    }
  }

  @FuzzTest(maxDuration = "5s")
  void anIndexIsReadOrRefused(byte[] index) {
    try {
      var read = SegmentIndexBox.read(index, LIMITS);
      assertThat(read.timescale()).isPositive();
      assertThat(read.references()).allMatch(r -> r.bytes() >= 0 && r.duration() >= 0);
    } catch (BmffException refused) {
      assertThat(refused.offset()).isNotNegative();
    }
  }
}
