package io.l7.dash.bmff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.l7.common.disk.Disk;
import io.l7.common.spec.Spec;
import io.l7.common.testkit.Conformance;
import io.l7.dash.limits.DashLimits;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FragmenterTest {
  private static final DashLimits LIMITS = DashLimits.defaults();

  @Test
  @Spec("ISO/IEC 14496-12 §8.8")
  void aFragmentHoldsTheSamplesAsTheyAreInTheFile() throws Exception {
    byte[] film = Films.plain(30, 10);
    var file = new ByteFile(film);
    var track = Mp4File.read(file, LIMITS).tracks().getFirst();
    var fragmenter = new Fragmenter(track, 500);
    var init = InitSegment.read(fragmenter.init(), LIMITS);
    byte[] segment = fragmenter.segment(file, 2, 10, 20);
    var fragment = Fragment.read(segment, init, LIMITS);
    assertThat(fragment.decodeTime()).isEqualTo(10 * 40 + 500);
    assertThat(fragment.samples()).hasSize(10);
    assertThat(fragment.duration()).isEqualTo(400);
    assertThat(segment).hasSize((int) (fragmenter.headBytes(10) + fragmenter.mediaBytes(10, 20)));
    for (int i = 0; i < 10; i++) {
      var sample = fragment.samples().get(i);
      assertThat(sample.size()).isEqualTo(10 + i + 1);
      assertThat(Arrays.copyOfRange(segment, sample.offset(), sample.offset() + sample.size()))
          .containsOnly(10 + i);
      assertThat(sample.random())
          .isEqualTo(i == 0 ? Fragment.Access.SYNC : Fragment.Access.NOT_SYNC);
    }
  }

  @Test
  void whatIsFragmentedAndWrittenAgainIsTheSameFilm() throws Exception {
    byte[] film = Films.plain(37, 8);
    var file = new ByteFile(film);
    var track = Mp4File.read(file, LIMITS).tracks().getFirst();
    var fragmenter = new Fragmenter(track, 0);
    var init = InitSegment.read(fragmenter.init(), LIMITS);
    var copy = new ByteFile(new byte[0]);
    try (var writer = new Mp4Writer(copy)) {
      var output = writer.track(Track.Kind.VIDEO, init.timescale(), 0);
      for (int from = 0; from < 37; from += 8) {
        byte[] segment = fragmenter.segment(file, from, from, Math.min(37, from + 8));
        writer.add(output, init.sampleEntry(), segment, Fragment.read(segment, init, LIMITS));
      }
    }
    var again = Mp4File.read(copy, LIMITS).tracks().getFirst();
    assertThat(again.samples().count()).isEqualTo(37);
    assertThat(again.samples().syncSamples()).isEqualTo(track.samples().syncSamples());
    for (int i = 0; i < 37; i++) {
      byte[] sample = new byte[i + 1];
      copy.read(again.samples().offset(i), sample, 0, sample.length);
      assertThat(sample).containsOnly(i);
    }
  }

  @Test
  void tablesOfARealFileAddUp() throws Exception {
    Path path = Conformance.required("dash").resolve("mp4ff/prog_8s.mp4");
    try (var file = Disk.real().open(path, Disk.Open.READ)) {
      var film = Mp4File.read(file, LIMITS);
      var video = film.first(Track.Kind.VIDEO).orElseThrow();
      var audio = film.first(Track.Kind.AUDIO).orElseThrow();
      assertThat(video.samples().count()).isEqualTo(240);
      assertThat(video.sampleEntry().width()).isEqualTo(640);
      assertThat(video.samples().endTime()).isEqualTo(8L * video.timescale());
      assertThat(audio.samples().count()).isEqualTo(375);
      assertThat(audio.samples().endTime()).isEqualTo(8L * 48_000);
      assertThat(audio.sampleEntry().codecs()).isEqualTo("mp4a.40.2");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "av1_init.mp4, av01",
    "hvc1_init.mp4, hvc1",
    "golden_init_video.mp4, avc3",
    "init_with_colr.mp4, avc1",
  })
  @Spec("RFC 6381 §3.3")
  void codecsAreNamedFromTheInitSegment(String name, String format) throws Exception {
    Path path = Conformance.required("dash").resolve("mp4ff").resolve(name);
    var entry = InitSegment.read(Files.readAllBytes(path), LIMITS).sampleEntry();
    assertThat(entry.codecs()).startsWith(format + ".").matches("[A-Za-z0-9.]{8,}");
    assertThat(entry.width()).isPositive();
  }

  @Test
  void aFileThatEndsInsideABoxIsRefusedAtItsPlace() throws Exception {
    Path path = Conformance.required("dash").resolve("mp4ff/init_truncated.mp4");
    byte[] bytes = Files.readAllBytes(path);
    assertThatThrownBy(() -> InitSegment.read(bytes, LIMITS))
        .isInstanceOf(BmffException.class)
        .hasMessageContaining("at byte");
  }

  @Test
  void strayBytesBehindASampleEntrysBoxesAreNoBoxes() throws Exception {
    Path path = Conformance.required("dash").resolve("mp4ff/minf_with_trailing_avc1_bytes.bin");
    List<Box> boxes = Box.all(Files.readAllBytes(path), LIMITS);
    assertThat(boxes).hasSize(1);
    Box stsd = boxes.getFirst().require("stbl", LIMITS).require("stsd", LIMITS);
    stsd.skip(8);
    var entry = SampleEntry.read(stsd.children(LIMITS).getFirst(), Track.Kind.VIDEO, LIMITS);
    assertThat(entry.codecs()).startsWith("avc1.");
  }

  @Test
  @Spec("ISO/IEC 14496-12 §8.16.3")
  void anIndexIsReadAsItWasWritten() throws Exception {
    var references =
        List.of(
            new SegmentIndexBox.Reference(1000, 4000), new SegmentIndexBox.Reference(2000, 3000));
    byte[] box = SegmentIndexBox.write(1000, 500, references);
    assertThat(box).hasSize(SegmentIndexBox.bytes(2));
    assertThat(SegmentIndexBox.read(box, LIMITS))
        .isEqualTo(new SegmentIndexBox(1000, 500, 0, references));
  }
}
