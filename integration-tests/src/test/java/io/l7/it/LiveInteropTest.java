package io.l7.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.disk.Disk;
import io.l7.common.net.Endpoint;
import io.l7.dash.limits.DashLimits;
import io.l7.dash.live.LiveForm;
import io.l7.dash.live.LiveSetting;
import io.l7.dash.pack.Presentation;
import io.l7.dash.serve.DashHandler;
import io.l7.dash.serve.JustInTime;
import io.l7.dash.serve.LiveLoop;
import io.l7.http.HttpServer;
import io.l7.http.files.StaticFiles;
import io.l7.http.message.Handler;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The players that people have play what is live: dash.js and Shaka in a headless Chromium, across
 * the end of a round, and ffmpeg by the live playlists.
 */
@Tag("interop")
class LiveInteropTest {
  private static final int ROUND_SECONDS = 9;
  private static final int PLAYED_SECONDS = 14;

  private static final String PAGE =
      """
      <!doctype html>
      <meta charset="utf-8">
      <title>live</title>
      <link rel="icon" href="data:,">
      <video id="video" muted width="512" height="288"></video>
      <script src="player.js"></script>
      <script>
        const video = document.getElementById('video');
        const wrong = [];
        let from = 0;
        video.addEventListener('error', () => wrong.push('video: ' + video.error.message));
        video.addEventListener('playing', () => from = from || video.currentTime);
        const ways = {
          dashjs: async url => {
            const player = dashjs.MediaPlayer().create();
            player.updateSettings({debug: {logLevel: dashjs.Debug.LOG_LEVEL_WARNING}});
            player.on('error', e => wrong.push(JSON.stringify(e.error)));
            player.initialize(video, url, true);
          },
          shaka: async url => {
            shaka.polyfill.installAll();
            const player = new shaka.Player();
            player.addEventListener('error', e => wrong.push('shaka ' + e.detail.code));
            await player.attach(video);
            await player.load(url);
            await video.play();
          }
        };
        const play = (way, url) => ways[way](url).catch(e => wrong.push(String(e) + ' ' + e.code));
        const played = () => from ? video.currentTime - from : 0;
        const reached = (seconds, patience) => new Promise(done => {
          const end = Date.now() + patience;
          const look = setInterval(() => {
            if (played() >= seconds || wrong.length || Date.now() > end) {
              clearInterval(look);
              done();
            }
          }, 100);
        });
      </script>
      """;

  @TempDir private static Path work;
  private static Path film = Path.of("");

  @TempDir private Path folder;

  @BeforeAll
  static void encode() throws Exception {
    var ffmpeg = Programs.required("ffmpeg", "ffmpeg");
    film = work.resolve("film.mp4");
    var command =
        ("-nostdin -v error -f lavfi -i testsrc2=size=512x288:rate=25:duration=%d -f lavfi"
                + " -i sine=duration=%d -pix_fmt yuv420p -preset ultrafast -g 25")
            .formatted(ROUND_SECONDS, ROUND_SECONDS);
    var arguments = new ArrayList<>(List.of(command.split(" ", -1)));
    arguments.addFirst(ffmpeg.toString());
    arguments.add(film.toString());
    assertThat(new ProcessBuilder(arguments).inheritIO().start().waitFor()).isZero();
  }

  private static LiveLoop live(LiveForm form) throws Exception {
    var presentation =
        Presentation.open(List.of(film), Duration.ofSeconds(2), Disk.real(), DashLimits.defaults());
    return new LiveLoop(
        new JustInTime(presentation, List.of()),
        new LiveSetting(Duration.ofSeconds(30), Duration.ZERO, form),
        InstantSource.system(),
        DashLimits.defaults());
  }

  private static HttpServer serve(Handler handler) throws Exception {
    return HttpServer.builder().listen(Endpoint.parse("127.0.0.1:0")).handler(handler).start();
  }

  private static String url(HttpServer server, String name) {
    return "http://" + Endpoint.of(server.address()) + "/" + name;
  }

  @ParameterizedTest
  @CsvSource({"dashjs, TIMELINE", "dashjs, NUMBER", "shaka, TIMELINE", "shaka, NUMBER"})
  void aBrowserPlaysWhatIsLiveAcrossTheEndOfARound(String player, LiveForm form) throws Exception {
    var program = Programs.required("chromium", "chromium");
    var site = Files.createDirectory(folder.resolve("site"));
    Files.writeString(site.resolve("index.html"), PAGE);
    PlayerScript.copy(player, site.resolve("player.js"));
    try (var source = live(form);
        var media = serve(new DashHandler(source, _ -> {}));
        var page = serve(StaticFiles.of(site).build());
        var browser = Chromium.open(program, folder, url(page, ""))) {
      Eventually.holds(
          "the page", () -> browser.evaluate("document.readyState").equals("complete"));
      browser.evaluate("play('%s', '%s')".formatted(player, url(media, "manifest.mpd")));
      browser.evaluate("await reached(%d, 45000)".formatted(PLAYED_SECONDS));
      assertThat(browser.evaluate("wrong.join()")).as("errors of the player").isEmpty();
      assertThat(Double.parseDouble(browser.evaluate("played()")))
          .as("seconds played")
          .isGreaterThanOrEqualTo(PLAYED_SECONDS);
      double behind =
          System.currentTimeMillis() / 1000.0
              - Double.parseDouble(browser.evaluate("video.currentTime"));
      assertThat(behind).as("seconds behind the live edge").isBetween(2.0, 30.0);
      assertThat(browser.complaints()).as("the page's console").isEmpty();
    }
  }

  @Test
  void ffmpegPlaysTheLivePlaylistsWithoutAMessage() throws Exception {
    var ffmpeg = Programs.required("ffmpeg", "ffmpeg");
    var said = folder.resolve("said");
    try (var source = live(LiveForm.TIMELINE);
        var media = serve(new DashHandler(source, _ -> {}))) {
      var process =
          new ProcessBuilder(
                  ffmpeg.toString(),
                  "-nostdin",
                  "-v",
                  "error",
                  "-xerror",
                  "-i",
                  url(media, "master.m3u8"),
                  "-t",
                  Integer.toString(PLAYED_SECONDS),
                  "-f",
                  "null",
                  "-")
              .redirectErrorStream(true)
              .redirectOutput(said.toFile())
              .start();
      assertThat(process.waitFor()).as(Files.readString(said)).isZero();
      assertThat(Files.readString(said)).isEmpty();
    }
  }
}
