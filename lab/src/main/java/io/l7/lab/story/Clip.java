package io.l7.lab.story;

import io.l7.dash.pack.Children;
import io.l7.dash.pack.FfmpegProgram;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A short video for those who have none at hand: a test picture that counts, and a tone. */
final class Clip {
  private static final int SECONDS = 16;
  private static final int PATIENCE_SECONDS = 60;

  private Clip() {}

  static Path make(Path folder, Children children)
      throws IOException, InterruptedException, Step.LeftOut {
    Path program;
    try {
      program = FfmpegProgram.find();
    } catch (IOException e) {
      throw new Step.LeftOut("no video: " + e.getMessage());
    }
    var clip = folder.resolve("clip.mp4");
    var log = folder.resolve("clip.log").toFile();
    var process =
        children.start(
            new ProcessBuilder(
                    List.of(
                        program.toString(),
                        "-nostdin",
                        "-y",
                        "-f",
                        "lavfi",
                        "-i",
                        "testsrc2=size=640x360:rate=24:duration=" + SECONDS,
                        "-f",
                        "lavfi",
                        "-i",
                        "sine=frequency=440:duration=" + SECONDS,
                        "-pix_fmt",
                        "yuv420p",
                        "-b:v",
                        "900k",
                        "-c:a",
                        "aac",
                        "-shortest",
                        clip.toString()))
                .redirectErrorStream(true)
                .redirectOutput(log));
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) process.destroyForcibly().waitFor();
    if (process.exitValue() != 0)
      throw new IOException(
          "the encoder failed on the test clip: exit status " + process.exitValue());
    return clip;
  }
}
