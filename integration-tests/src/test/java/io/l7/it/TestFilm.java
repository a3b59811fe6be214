package io.l7.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import io.l7.common.disk.Disk;
import io.l7.dash.limits.DashLimits;
import io.l7.dash.pack.FfmpegProgram;
import io.l7.dash.pack.FolderPacker;
import io.l7.dash.pack.ManifestForm;
import io.l7.dash.pack.Presentation;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A short film for tests, from the encoder of this machine; without one the test is left out. */
final class TestFilm {
  private static final Duration SEGMENT = Duration.ofSeconds(1);

  private TestFilm() {}

  /** A plain MP4 with a key frame every second, in {@code folder}. */
  static Path plain(Path folder, int seconds) throws Exception {
    return plain(folder, seconds, "128x72");
  }

  /** The same of another size, width x height. */
  static Path plain(Path folder, int seconds, String size) throws Exception {
    var clip = folder.resolve("clip.mp4");
    var source = "testsrc2=size=%s:rate=10:duration=%d".formatted(size, seconds);
    var command =
        List.of(
            ffmpeg().toString(),
            "-nostdin",
            "-f",
            "lavfi",
            "-i",
            source,
            "-pix_fmt",
            "yuv420p",
            "-g",
            "10",
            clip.toString());
    var log = folder.resolve("log").toFile();
    var process = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log).start();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as("exit status of the encoder").isZero();
    return clip;
  }

  /** The same, packed in chunks of a second. */
  static Path packed(Path folder, int seconds, List<String> baseUrls) throws Exception {
    var clip = plain(folder, seconds);
    var packed = folder.resolve("packed");
    try (var film = Presentation.open(List.of(clip), SEGMENT, Disk.real(), DashLimits.defaults())) {
      new FolderPacker(packed, ManifestForm.TIMELINE, FolderPacker.Playlists.NONE, baseUrls)
          .write(film);
    }
    return packed;
  }

  private static Path ffmpeg() {
    try {
      return FfmpegProgram.find();
    } catch (IOException e) {
      return abort("no film to serve: " + e.getMessage());
    }
  }
}
