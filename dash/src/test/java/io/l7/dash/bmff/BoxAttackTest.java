package io.l7.dash.bmff;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.l7.common.testkit.Seeded;
import io.l7.dash.limits.DashLimits;
import io.l7.dash.testkit.Budget;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Files that lie: each ends in a typed error, soon, and without an allocation that its size does
 * not justify.
 */
class BoxAttackTest {
  private static final DashLimits LIMITS = DashLimits.defaults();

  static Stream<Arguments> lies() throws Exception {
    byte[] film = Films.plain(50, 10);
    return Stream.of(
        Arguments.of("an empty file", new byte[0]),
        Arguments.of("seven bytes", new byte[7]),
        Arguments.of("a largesize of 0", patched(film, "moov", -4, 0, 0, 0, 1)),
        Arguments.of("a negative size", patched(film, "mvhd", -4, 0xff, 0xff, 0xff, 0xff)),
        Arguments.of("a size of 2", patched(film, "trak", -4, 0, 0, 0, 2)),
        Arguments.of("a size of 0 below the top", patched(film, "mdia", -4, 0, 0, 0, 0)),
        Arguments.of("a box past its container", patched(film, "stbl", -4, 0, 0x7f, 0, 0)),
        Arguments.of(
            "stsz with 4 billion entries", patched(film, "stsz", 12, 0xff, 0xff, 0xff, 0xff)),
        Arguments.of(
            "stsz of one size and 4 billion entries",
            patched(film, "stsz", 8, 0, 0, 0, 1, 0xff, 0xff, 0xff, 0xff)),
        Arguments.of("stts with 4 billion runs", patched(film, "stts", 8, 0xff, 0xff, 0xff, 0xff)),
        Arguments.of("stsc with 4 billion runs", patched(film, "stsc", 8, 0xff, 0xff, 0xff, 0xff)),
        Arguments.of(
            "co64 with 4 billion chunks", patched(film, "co64", 8, 0xff, 0xff, 0xff, 0xff)),
        Arguments.of("a chunk past the end", patched(film, "co64", 12, 0, 0xff, 0, 0, 0, 0, 0, 0)),
        Arguments.of(
            "a negative chunk offset", patched(film, "co64", 12, 0xff, 0, 0, 0, 0, 0, 0, 0)),
        Arguments.of(
            "ctts with 4 billion runs", patched(reordered(), "ctts", 8, 0xff, 0xff, 0xff, 0xff)),
        Arguments.of(
            "elst with 4 billion edits", patched(reordered(), "elst", 8, 0xff, 0xff, 0xff, 0xff)),
        Arguments.of(
            "a run of 4 billion samples of 4 billion ticks",
            patched(film, "stts", 12, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff)),
        Arguments.of(
            "stsd with 4 billion entries", patched(film, "stsd", 8, 0xff, 0xff, 0xff, 0xff)),
        Arguments.of(
            "a movie box of open size before nothing", patched(film, "moov", -4, 0, 0, 0, 2)),
        Arguments.of("stss out of order", patched(film, "stss", 12, 0, 0, 0, 9, 0, 0, 0, 2)),
        Arguments.of("a timescale of 0", patched(film, "mdhd", 24, 0, 0, 0, 0)),
        Arguments.of("ten thousand boxes deep", nested(10_000)),
        Arguments.of("a thousand tracks", tracks(film, 1000)));
  }

  private static byte[] reordered() throws Exception {
    return Films.reordered(Seeded.random("a film in another order"), 1000, 50, 10);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("lies")
  void aLieEndsInATypedErrorSoonAndCheaply(String name, byte[] file) {
    // No more is allocated than a few times what the file itself holds.
    long bytes = Math.min(Budget.ATTACK.bytes(), 4L * file.length + (256 << 10));
    new Budget(Budget.ATTACK.cpu(), bytes)
        .holds(
            () ->
                assertThatThrownBy(() -> Mp4File.read(new ByteFile(file), LIMITS))
                    .isInstanceOf(BmffException.class));
  }

  @Test
  void twoHundredMutatedFilesEachStayWithinTheBudget() throws Exception {
    byte[] film = reordered();
    int moov = indexOf(film, "moov");
    var random = Seeded.random("mutants within the budget");
    for (int round = 0; round < 200; round++) {
      byte[] mutant = film.clone();
      for (int flips = random.nextInt(1, 6); flips > 0; flips--) {
        mutant[random.nextInt(moov, mutant.length)] = (byte) random.nextInt(256);
      }
      Budget.ATTACK.holds(() -> readOrRefuse(mutant));
    }
  }

  @Test
  void anIndexThatAnnouncesMoreThanItHoldsIsRefused() {
    byte[] index =
        SegmentIndexBox.write(1000, 0, List.of(new SegmentIndexBox.Reference(1000, 4000)));
    byte[] lie = patched(index, "sidx", 34, 0xff, 0xff);
    Budget.ATTACK.holds(
        () ->
            assertThatThrownBy(() -> SegmentIndexBox.read(lie, LIMITS))
                .isInstanceOf(BmffException.class)
                .hasMessageContaining("65535 references"));
    byte[] still = patched(index, "sidx", 12, 0, 0, 0, 0);
    assertThatThrownBy(() -> SegmentIndexBox.read(still, LIMITS))
        .isInstanceOf(BmffException.class)
        .hasMessageContaining("timescale of 0");
  }

  @Test
  void runsOfMillionsOfSamplesOfNoBytesAreRefused() throws Exception {
    var out = new BoxWriter();
    out.begin("moof").begin("traf").begin("tfhd", 0, 0x020000).u32(7).end();
    out.begin("tfdt", 1, 0).u64(0).end();
    for (int i = 0; i < 1_000; i++) {
      out.begin("trun", 0, 0).u32(1_000_000).end();
    }
    out.end().end().begin("mdat").zeros(1_000_000).end();
    byte[] segment = out.toBytes();
    var entry = SampleEntry.read(Box.of(Films.avc1(), 0, LIMITS), Track.Kind.VIDEO, LIMITS);
    var init = new InitSegment(7, Track.Kind.VIDEO, 1000, entry, new InitSegment.Defaults(0, 0, 0));
    new Budget(Budget.ATTACK.cpu().multipliedBy(4), 128 << 20)
        .holds(
            () ->
                assertThatThrownBy(() -> Fragment.read(segment, init, LIMITS))
                    .isInstanceOf(BmffException.class)
                    .hasMessageContaining("samples in one segment"));
  }

  @Test
  void aFilmInOneChunkIsNotReadAgainForEachSample() throws Exception {
    int count = 300_000;
    var file = new ByteFile(new byte[0]);
    var entry = SampleEntry.read(Box.of(Films.avc1(), 0, LIMITS), Track.Kind.VIDEO, LIMITS);
    var samples = new ArrayList<Fragment.Sample>();
    var media = new BoxWriter();
    for (int i = 0; i < count; i++) {
      int size = 1 + i % 3;
      samples.add(new Fragment.Sample(media.length(), size, 1, 0, Fragment.Access.SYNC));
      media.zeros(size);
    }
    try (var writer = new Mp4Writer(file)) {
      var track = writer.track(Track.Kind.VIDEO, 1000, 0);
      writer.add(track, entry, media.toBytes(), new Fragment(0, samples));
    }
    var read = Mp4File.read(file, LIMITS).tracks().getFirst().samples();
    assertTimeoutPreemptively(
        Duration.ofSeconds(10),
        () -> {
          for (int i = 1; i < count; i++) {
            assertThat(read.offset(i) - read.offset(i - 1)).isEqualTo(read.size(i - 1));
          }
        });
  }

  /** {@code -Ddash.mutations=2000000} tries more of them. */
  @Test
  void aMutatedFileIsReadOrRefusedNeverAnythingElse() throws Exception {
    byte[] film = Films.plain(60, 12);
    int moov = indexOf(film, "moov");
    var random = Seeded.random("mutated boxes");
    int rounds = Integer.getInteger("dash.mutations", 4_000);
    assertTimeoutPreemptively(
        Duration.ofSeconds(30 + rounds / 1_000),
        () -> {
          for (int round = 0; round < rounds; round++) {
            byte[] mutant = film.clone();
            for (int flips = random.nextInt(1, 6); flips > 0; flips--) {
              mutant[random.nextInt(moov, mutant.length)] = (byte) random.nextInt(256);
            }
            readOrRefuse(mutant);
          }
        });
  }

  private static void readOrRefuse(byte[] mutant) throws IOException {
    try {
      var track = Mp4File.read(new ByteFile(mutant), LIMITS).tracks().getFirst();
      int count = track.samples().count();
      new Fragmenter(track, 0).segment(new ByteFile(mutant), 1, 0, Math.min(count, 100));
    } catch (BmffException refused) {
      assertThat(refused.offset()).isNotNegative();
    }
  }

  @Test
  void aRunThatAnnouncesMoreSamplesThanItHoldsIsRefused() throws Exception {
    byte[] film = Films.plain(50, 10);
    var track = Mp4File.read(new ByteFile(film), LIMITS).tracks().getFirst();
    var fragmenter = new Fragmenter(track, 0);
    var init = InitSegment.read(fragmenter.init(), LIMITS);
    byte[] segment = fragmenter.segment(new ByteFile(film), 1, 0, 10);
    byte[] lie = patched(segment, "trun", 8, 0xff, 0xff, 0xff, 0xff);
    Budget.ATTACK.holds(
        () ->
            assertThatThrownBy(() -> Fragment.read(lie, init, LIMITS))
                .isInstanceOf(BmffException.class));
    byte[] outside = patched(segment, "trun", 12, 0x7f, 0xff, 0xff, 0xff);
    assertThatThrownBy(() -> Fragment.read(outside, init, LIMITS))
        .isInstanceOf(BmffException.class);
  }

  @Test
  void samplesThatLieInTheSamePlaceAreRefusedInAFileAndInASegment() throws Exception {
    byte[] film = Films.plain(50, 10);
    byte[] same = film.clone();
    int stsz = indexOf(film, "stsz") + 16;
    for (int i = 0; i < 50; i++) { // each as long as half the file, in a chunk of its own or not
      int half = film.length / 2;
      same[stsz + 4 * i + 2] = (byte) (half >> 8);
      same[stsz + 4 * i + 3] = (byte) half;
    }
    assertThatThrownBy(() -> Mp4File.read(new ByteFile(same), LIMITS))
        .isInstanceOf(BmffException.class)
        .hasMessageContaining("in a file of");

    var out = new BoxWriter();
    out.begin("moof").begin("traf");
    out.begin("tfhd", 0, 0x020010).u32(7).u32(1_000_000).end();
    out.begin("tfdt", 1, 0).u64(0).end();
    for (int i = 0; i < 1_000; i++) {
      out.begin("trun", 0, 1).u32(1).u32(0).end();
    }
    out.end().end().begin("mdat").zeros(1_000_000).end();
    byte[] segment = out.toBytes();
    var entry = SampleEntry.read(Box.of(Films.avc1(), 0, LIMITS), Track.Kind.VIDEO, LIMITS);
    var init = new InitSegment(7, Track.Kind.VIDEO, 1000, entry, new InitSegment.Defaults(1, 1, 0));
    assertThatThrownBy(() -> Fragment.read(segment, init, LIMITS))
        .isInstanceOf(BmffException.class)
        .hasMessageContaining("1000000000 bytes in all");
  }

  @Test
  void anEmptyEditThatLastsLongerThanANumberCanSayIsRefused() throws Exception {
    var edits = new BoxWriter();
    edits.begin("edts").begin("elst", 1, 0).u32(2);
    edits.u64(1L << 41).u64(-1).u32(0x10000).u64(1).u64(0).u32(0x10000).end().end();
    byte[] film = patched(Films.plain(50, 10), "mdhd", 24, 0x7f, 0xff, 0xff, 0xff);
    int at = indexOf(film, "mdia") - 4;
    byte[] longer = inserted(film, at, edits.toBytes(), "moov", "trak");
    assertThatThrownBy(() -> Mp4File.read(new ByteFile(longer), LIMITS))
        .isInstanceOf(BmffException.class)
        .hasMessageContaining("empty edit");
  }

  /** A box put into boxes that stand around it, which grow. */
  private static byte[] inserted(byte[] file, int at, byte[] box, String... around) {
    byte[] longer = new byte[file.length + box.length];
    System.arraycopy(file, 0, longer, 0, at);
    System.arraycopy(box, 0, longer, at, box.length);
    System.arraycopy(file, at, longer, at + box.length, file.length - at);
    for (String type : around) {
      int size = indexOf(longer, type) - 4;
      int value = java.nio.ByteBuffer.wrap(longer).getInt(size) + box.length;
      java.nio.ByteBuffer.wrap(longer).putInt(size, value);
    }
    return longer;
  }

  /**
   * Overwrites bytes, counted from the four of a box's type: -4 is its size, 8 what follows version
   * and flags.
   */
  private static byte[] patched(byte[] file, String type, int behind, int... values) {
    byte[] copy = file.clone();
    int at = indexOf(file, type) + behind;
    for (int i = 0; i < values.length; i++) {
      copy[at + i] = (byte) values[i];
    }
    return copy;
  }

  private static int indexOf(byte[] file, String type) {
    int at = new String(file, ISO_8859_1).lastIndexOf(type);
    assertThat(at).isNotNegative();
    return at;
  }

  private static byte[] nested(int depth) {
    byte[] file = new byte[depth * 8];
    for (int i = 0; i < depth; i++) {
      int size = (depth - i) * 8;
      byte[] name = (i == 0 ? "moov" : "trak").getBytes(ISO_8859_1);
      for (int b = 0; b < 4; b++) {
        file[i * 8 + b] = (byte) (size >>> (24 - 8 * b));
        file[i * 8 + 4 + b] = name[b];
      }
    }
    return file;
  }

  private static byte[] tracks(byte[] film, int count) {
    int moov = indexOf(film, "moov") - 4;
    int trak = indexOf(film, "trak") - 4;
    byte[] one = Arrays.copyOfRange(film, trak, film.length);
    byte[] out = Arrays.copyOf(film, trak + one.length * count);
    for (int i = 0; i < count; i++) {
      System.arraycopy(one, 0, out, trak + i * one.length, one.length);
    }
    int size = out.length - moov;
    for (int b = 0; b < 4; b++) {
      out[moov + b] = (byte) (size >>> (24 - 8 * b));
    }
    return out;
  }
}
