package io.l7.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.bittorrent.metainfo.MetainfoCreator;
import io.l7.common.disk.Disk;
import io.l7.common.json.Json;
import io.l7.dash.bmff.Mp4File;
import io.l7.dash.bmff.Track;
import io.l7.dash.limits.DashLimits;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the exit status says after a signal. */
class SignalsTest {
  @TempDir private Path folder;

  @Test
  void aDownloadThatIsStoppedHalfWayIsNotDone() throws Exception {
    Path torrent = torrent();
    try (var get = get(torrent, folder.resolve("other"))) {
      get.ready("peer");
      get.signal("TERM");
      assertThat(get.status()).isEqualTo(1);
      assertThat(get.errors()).singleElement().asString().startsWith("l7: get: stopped before");
    }
  }

  @Test
  void aDownloadThatIsStoppedWhileItSeedsIsDone() throws Exception {
    Path torrent = torrent();
    try (var get = get(torrent, folder, "--seed-time", "1h", "--status", "100ms")) {
      get.ready("peer");
      get.line("{\"name\":\"film\",\"infoHash\":\"");
      String seeding = "";
      while (!seeding.contains("\"state\":\"seeding\"")) {
        seeding = get.line("{");
      }
      get.signal("TERM");
      assertThat(get.status()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TERM", "INT"})
  void whatIsLiveIsLeftWhenOneLikesAndTold(String signal) throws Exception {
    if (signal.equals("INT")) Ignored.INT.leavesOut();
    Path report = folder.resolve("report.json");
    Path output = folder.resolve("out.mp4");
    try (var serve = serve("--live")) {
      try (var play = play(serve, "-o", output.toString(), "--report", report.toString())) {
        play.signal(signal);
        assertThat(play.line("played ")).contains(" with l7");
        assertThat(play.line("  live: ")).contains("behind the edge");
        assertThat(play.status()).isZero();
        assertThat(play.errors()).noneMatch(line -> line.startsWith("l7:"));
      }
    }
    isTold(report, output);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "--live"})
  void whatWasToBePlayedToAnEndIsNotDone(String live) throws Exception {
    Path report = folder.resolve("report.json");
    Path output = folder.resolve("out.mp4");
    try (var serve = live.isEmpty() ? serve() : serve(live)) {
      try (var play =
          play(serve, "-o", output.toString(), "--report", report.toString(), "--for", "1h")) {
        play.signal("TERM");
        assertThat(play.line("played ")).contains(" with l7");
        assertThat(play.status()).isEqualTo(1);
        assertThat(play.errors()).contains("l7: play: stopped before the end");
      }
    }
    isTold(report, output);
  }

  private L7Process serve(String... more) throws Exception {
    Path film = TestFilm.plain(folder, 20);
    var arguments =
        new ArrayList<>(List.of("dash", "serve", film.toString(), "--listen", "127.0.0.1:0"));
    arguments.addAll(List.of("--segment", "1s"));
    arguments.addAll(List.of(more));
    return L7Process.start(arguments.toArray(String[]::new));
  }

  /** One that has begun to play. */
  private static L7Process play(L7Process serve, String... more) throws Exception {
    String url = "http://" + serve.ready("dash") + "/manifest.mpd";
    var arguments = new ArrayList<>(List.of("dash", "play", url, "-v"));
    arguments.addAll(List.of(more));
    var play = L7Process.start(arguments.toArray(String[]::new));
    Eventually.holds(
        "three segments",
        () -> play.errors().stream().filter(line -> line.contains(".m4s")).count() > 3);
    return play;
  }

  private static void isTold(Path report, Path output) throws Exception {
    var told = Json.parse(Files.readString(report));
    assertThat(told.at("played_s").number()).isPositive();
    assertThat(told.at("chunks").elements()).isNotEmpty();
    try (var file = Disk.real().open(output, Disk.Open.READ)) {
      assertThat(Mp4File.read(file, DashLimits.defaults()).first(Track.Kind.VIDEO)).isPresent();
    }
  }

  private static L7Process get(Path torrent, Path to, String... more) throws Exception {
    var arguments = new ArrayList<String>();
    arguments.addAll(List.of("bt", "get", torrent.toString(), "-d", to.toString()));
    arguments.addAll(List.of(more));
    return L7Process.start(arguments.toArray(String[]::new));
  }

  private Path torrent() throws Exception {
    Path film = Files.write(folder.resolve("film"), new byte[100_000]);
    Path torrent = folder.resolve("film.torrent");
    return Files.write(torrent, MetainfoCreator.of(film).create(hashed -> {}));
  }
}
