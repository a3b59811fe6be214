package io.l7.dash.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is understood of what ffmpeg says of a file. */
class FfmpegEncoderTest {
  private static final String SOUND =
      "  Stream #0:0[0x1](und): Audio: aac (LC) (mp4a / 0x6134706D), 44100 Hz, mono, fltp\n";
  private static final String FILM =
      "  Stream #0:1: Video: h264 (High) (avc1 / 0x31637661), yuv420p, 640x360, 25 fps\n";
  private static final String COVER =
      "  Stream #0:1[0x0]: Video: mjpeg (Baseline), yuvj444p(pc), 600x600, 90k tbr (attached"
          + " pic)\n";

  @TempDir Path folder = Path.of("");

  /** A program that says this of every file. */
  private Encoder.Source probe(String says) throws Exception {
    Path said = Files.writeString(folder.resolve("said"), says);
    Path program = folder.resolve("ffmpeg");
    Files.writeString(program, "#!/bin/sh\ncat '" + said + "'\nexit 1\n");
    assumeThat(program.toFile().setExecutable(true) && Files.isExecutable(Path.of("/bin/sh")))
        .as("programs here are no scripts of /bin/sh")
        .isTrue();
    return new FfmpegEncoder(program, new Children()).probe(folder.resolve("film.mp4"));
  }

  @Test
  void aFilmHasLinesATimeAndPerhapsSound() throws Exception {
    var film = probe("  Duration: 00:01:02.50, start: 0.000000\n" + COVER + FILM);
    assertThat(film.height()).isEqualTo(360);
    assertThat(film.duration()).contains(Duration.ofMillis(62_500));
    assertThat(film.sound()).isEqualTo(Encoder.Sound.ABSENT);
    assertThat(probe(FILM + SOUND).sound()).isEqualTo(Encoder.Sound.PRESENT);
  }

  @Test
  void theCoverOfARecordIsNoFilm() {
    assertThatThrownBy(() -> probe(SOUND + COVER + "At least one output file must be specified\n"))
        .isInstanceOf(PackException.class)
        .hasMessage("no video in it (only sound: --copy packages that of an MP4 as it is)");
  }

  @Test
  void whatFfmpegCannotReadIsSaidInItsWords() {
    assertThatThrownBy(() -> probe("file:x: Invalid data found when processing input\n"))
        .isInstanceOf(PackException.class)
        .hasMessage("no video in it (file:x: Invalid data found when processing input)");
  }
}
