package io.l7.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.disk.Disk;
import io.l7.common.json.Json;
import io.l7.dash.bmff.Mp4File;
import io.l7.dash.bmff.Track;
import io.l7.dash.limits.DashLimits;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code l7 dash}: pack, serve, play, and play again with another rule. */
class DashCommandsTest {
  @TempDir private Path folder;

  private record Said(int status, String out, String err) {}

  /** Runs a command to its end on a machine that has no programs and nothing in its caches. */
  private Said l7(String... arguments) throws Exception {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                "io.l7.cli.main.Main"));
    command.addAll(List.of(arguments));
    var err = folder.resolve("err");
    var builder = new ProcessBuilder(command).redirectError(err.toFile());
    builder.environment().put("PATH", folder.resolve("empty").toString());
    builder.environment().put("XDG_CACHE_HOME", folder.resolve("cache").toString());
    var process = builder.start();
    var out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Said(process.waitFor(), out, Files.readString(err));
  }

  /** An encoder that begins its files and does not come to an end. */
  private static final String ENDLESS =
      """
      #!/bin/sh
      case "$*" in
        *-encoders*) echo " V..... libx264 " ;;
        *-filter_complex*)
          for a in "$@"; do case "$a" in file:*rung*) echo half > "${a#file:}" ;; esac; done
          exec /bin/sleep 600 ;;
        *) echo "  Duration: 00:01:00.00, start: 0"; echo "  Stream #0:0: Video: h264, 640x360, 25 fps" ;;
      esac
      """;

  @ParameterizedTest
  @CsvSource({"dash pack FILM -o PACKED, ''", "lab --once --video FILM, ok http"})
  void aSignalEndsTheEncoderTooAndLeavesNothingHalfDone(String words, String first)
      throws Exception {
    Path programs = Files.createDirectories(folder.resolve("programs"));
    Path encoder = Files.writeString(programs.resolve("ffmpeg"), ENDLESS);
    assertThat(encoder.toFile().setExecutable(true)).isTrue();
    Path temporary = Files.createDirectories(folder.resolve("temporary"));
    Path film = Files.writeString(folder.resolve("film.mkv"), "a film");
    Path packed = folder.resolve("packed");
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Djava.io.tmpdir=" + temporary,
                "-cp",
                System.getProperty("java.class.path"),
                "io.l7.cli.main.Main"));
    String line = words.replace("FILM", film.toString()).replace("PACKED", packed.toString());
    command.addAll(List.of(line.split(" ")));
    var builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("said").toFile());
    builder.environment().put("PATH", programs.toString());
    var process = builder.start();
    try {
      Path said = folder.resolve("said");
      Eventually.holds("what comes first", () -> Files.readString(said).contains(first));
      Eventually.holds("encoding", () -> process.children().anyMatch(c -> isCommand(c, "sleep")));
      var encoders = process.children().toList();
      assertThat(encoders).hasSize(1);
      process.destroy();
      assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isNotZero();
      assertThat(encoders.getFirst().isAlive()).isFalse();
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    try (var left = Files.list(temporary)) {
      assertThat(left.filter(f -> f.getFileName().toString().startsWith("l7-"))).isEmpty();
    }
    assertThat(packed).doesNotExist();
  }

  private static boolean isCommand(ProcessHandle program, String name) {
    return program.info().command().map(path -> Path.of(path).endsWith(name)).orElse(false);
  }

  @Test
  void withoutAnFfmpegOnTheMachineTheOneThatCameAlongEncodes() throws Exception {
    Path film = TestFilm.plain(folder, 2);
    Path packed = folder.resolve("packed");
    var pack =
        l7("dash", "pack", film.toString(), "-o", packed.toString(), "--ladder=36p@60k,72p@150k");
    assertThat(pack.status()).as(pack.err()).isZero();
    assertThat(packed.resolve("v36p/init.mp4")).isNotEmptyFile();
    assertThat(packed.resolve("v72p/init.mp4")).isNotEmptyFile();
    var lint = l7("dash", "lint", packed.resolve("manifest.mpd").toString());
    assertThat(lint.status()).as(lint.out()).isZero();
    try (var unpacked = Files.walk(folder.resolve("cache"))) {
      assertThat(unpacked).as("the program in the cache").anyMatch(f -> f.endsWith("ffmpeg"));
    }
  }

  @Test
  void renditionsAreNotEncodedAndASessionIsRunAgainWithAnotherRule() throws Exception {
    Path low = Files.move(TestFilm.plain(folder, 4), folder.resolve("low.mp4"));
    Path high = Files.move(TestFilm.plain(folder, 4, "256x144"), folder.resolve("high.mp4"));
    Path packed = folder.resolve("packed");
    var pack =
        l7(
            "dash",
            "pack",
            low.toString(),
            high.toString(),
            "-o",
            packed.toString(),
            "--segment=1s",
            "--json");
    assertThat(pack.status()).as(pack.err()).isZero();
    assertThat(Json.parse(pack.out()).at("representations").elements())
        .extracting(r -> r.at("id").text())
        .containsExactly("v72p", "v144p");

    Path played = folder.resolve("played.mp4");
    Path report = folder.resolve("report.json");
    Path cmcd = folder.resolve("cmcd");
    try (var server =
        L7Process.start(
            "dash", "serve", packed.toString(), "--listen=127.0.0.1:0", "--cmcd-log=" + cmcd)) {
      var url = "http://" + server.ready("dash") + "/manifest.mpd";
      var play =
          l7(
              "dash",
              "play",
              url,
              "--fast",
              "--abr=fixed:1",
              "-o",
              played.toString(),
              "--report=" + report,
              "--report=" + folder.resolve("report.html"));
      assertThat(play.status()).as(play.err()).isZero();
    }
    assertThat(cmcd).content().contains("\"path\":\"/v144p/1.m4s\"").contains("\"bl\":");
    assertThat(samples(played)).as("samples as in the rendition").isEqualTo(samples(high));
    assertThat(folder.resolve("report.html")).content().contains("<svg");

    String[] again = {
      "dash", "abr", "--session", report.toString(), "--algorithm=bola,l7,fixed:0", "--json"
    };
    var first = l7(again);
    assertThat(first.status()).as(first.err()).isZero();
    assertThat(Json.parse(first.out()).at("sessions").elements())
        .extracting(s -> s.at("algorithm").text())
        .containsExactly("bola", "l7", "fixed:0");
    assertThat(l7(again).out()).as("the same twice").isEqualTo(first.out());
  }

  /** The bytes of each sample of the picture. */
  private static List<String> samples(Path film) throws IOException {
    try (var file = Disk.real().open(film, Disk.Open.READ)) {
      var samples =
          Mp4File.read(file, DashLimits.defaults()).first(Track.Kind.VIDEO).orElseThrow().samples();
      var all = new ArrayList<String>();
      for (int i = 0; i < samples.count(); i++) {
        byte[] sample = new byte[samples.size(i)];
        assertThat(file.read(samples.offset(i), sample, 0, sample.length)).isEqualTo(sample.length);
        all.add(new String(sample, StandardCharsets.ISO_8859_1));
      }
      return all;
    }
  }
}
