package io.l7.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.l7.common.disk.Disk;
import io.l7.common.net.Endpoint;
import io.l7.dash.limits.DashLimits;
import io.l7.dash.pack.Children;
import io.l7.dash.pack.Encoder;
import io.l7.dash.pack.FfmpegEncoder;
import io.l7.dash.pack.FolderPacker;
import io.l7.dash.pack.Ladder;
import io.l7.dash.pack.ManifestForm;
import io.l7.dash.pack.Presentation;
import io.l7.dash.serve.Cmcd;
import io.l7.dash.serve.DashHandler;
import io.l7.dash.serve.JustInTime;
import io.l7.dash.serve.MediaSource;
import io.l7.dash.serve.PackedFolder;
import io.l7.http.HttpServer;
import io.l7.http.files.StaticFiles;
import io.l7.http.message.Handler;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The players that people have, dash.js and Shaka in a headless Chromium and GStreamer, play what
 * is packed in each form, picture and sound. The page comes from another origin than the media.
 */
@Tag("interop")
class PlayersInteropTest {
  private static final int SECONDS = 30;
  private static final long LINK = 375_000; // 3 Mbit/s
  private static final long SLOWER_LINK = 70_000;
  private static final int LATENCY_MS = 20;

  /** The page's script for each player: {@code play(url)} starts, {@code wrong} gathers errors. */
  private static final String PAGE =
      """
      <!doctype html>
      <meta charset="utf-8">
      <title>player</title>
      <link rel="icon" href="data:,">
      <video id="video" muted width="512" height="288"></video>
      <script src="player.js"></script>
      <script>
        const video = document.getElementById('video');
        const wrong = [];
        const heights = new Set();
        video.addEventListener('error', () => wrong.push('video: ' + video.error.message));
        setInterval(() => video.videoHeight && heights.add(video.videoHeight), 50);
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
        const reached = (seconds, patience) => new Promise(done => {
          const end = Date.now() + patience;
          const look = setInterval(() => {
            if (video.currentTime >= seconds || wrong.length || Date.now() > end) {
              clearInterval(look);
              done();
            }
          }, 100);
        });
      </script>
      """;

  @TempDir private static Path work;
  private static List<Path> renditions = List.of();

  @TempDir private Path folder;

  @BeforeAll
  static void encode() throws Exception {
    var ffmpeg = Programs.required("ffmpeg", "ffmpeg");
    var source = work.resolve("source.mp4");
    var command =
        ("-nostdin -v error -f lavfi -i testsrc2=size=512x288:rate=10:duration=%d -f lavfi"
                + " -i sine=duration=%d -pix_fmt yuv420p -preset ultrafast")
            .formatted(SECONDS, SECONDS);
    var arguments = new ArrayList<>(List.of(command.split(" ", -1)));
    arguments.addFirst(ffmpeg.toString());
    arguments.add(source.toString());
    assertThat(new ProcessBuilder(arguments).inheritIO().start().waitFor()).isZero();
    var ladder = Ladder.parse("144p@150k,216p@500k,288p@1200k");
    renditions =
        new FfmpegEncoder(ffmpeg, new Children())
            .encode(source, ladder, Duration.ofSeconds(1), work, Encoder.Progress.NONE);
  }

  private static Presentation film() throws Exception {
    return Presentation.open(renditions, Duration.ofSeconds(1), Disk.real(), DashLimits.defaults());
  }

  private Path pack(ManifestForm form) throws Exception {
    var packed = folder.resolve("packed");
    var playlists =
        form == ManifestForm.ON_DEMAND ? FolderPacker.Playlists.NONE : FolderPacker.Playlists.HLS;
    try (var film = film()) {
      new FolderPacker(packed, form, playlists, List.of()).write(film);
    }
    return packed;
  }

  private static HttpServer serve(Handler handler) throws Exception {
    return HttpServer.builder().listen(Endpoint.parse("127.0.0.1:0")).handler(handler).start();
  }

  private static String url(HttpServer server, String name) {
    return "http://" + Endpoint.of(server.address()) + "/" + name;
  }

  /** A player, a manifest form and the manifest's name. */
  static Stream<Arguments> plays() {
    return Stream.of("dashjs", "shaka")
        .flatMap(
            player ->
                Stream.concat(
                    Stream.of(ManifestForm.values())
                        .map(form -> Arguments.of(player, form, "manifest.mpd")),
                    player.equals("shaka")
                        ? Stream.of(Arguments.of(player, ManifestForm.TIMELINE, "master.m3u8"))
                        : Stream.of()));
  }

  @ParameterizedTest
  @MethodSource("plays")
  void aBrowserPlaysEachForm(String player, ManifestForm form, String name) throws Exception {
    var packed = pack(form);
    try (var media = serve(new DashHandler(new PackedFolder(packed), report -> {}))) {
      plays(player, media, name, 3.2, browser -> {});
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"dashjs", "shaka"})
  void aBrowserPlaysWhatIsMadeOnTheFly(String player) throws Exception {
    try (MediaSource source = new JustInTime(film(), List.of());
        var media = serve(new DashHandler(source, report -> {}))) {
      plays(player, media, "manifest.mpd", 3.2, browser -> {});
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"dashjs", "shaka"})
  void aBrowserChangesTheRateWhenTheLinkGetsSlower(String player) throws Exception {
    var packed = pack(ManifestForm.TIMELINE);
    try (var media = serve(new DashHandler(new PackedFolder(packed), report -> {}))) {
      plays(
          player,
          media,
          "manifest.mpd",
          5,
          browser -> {
            browser.link(SLOWER_LINK, LATENCY_MS);
            browser.evaluate("await reached(%s, 45000)".formatted(SECONDS - 3));
            assertThat(browser.evaluate("heights.size > 1")).as("two heights").isEqualTo("true");
          });
    }
  }

  @Test
  void thePageAtTheRootPlaysAndDrawsBufferAndBitrate() throws Exception {
    var program = Programs.required("chromium", "chromium");
    var packed = pack(ManifestForm.TIMELINE);
    var reports = new CopyOnWriteArrayList<Cmcd>();
    try (var media = serve(new DashHandler(new PackedFolder(packed), reports::add));
        var browser = Chromium.open(program, folder, url(media, ""))) {
      Eventually.holds(
          "three seconds of the film",
          () ->
              browser.evaluate("document.querySelector('video')?.currentTime > 3").equals("true"));
      assertThat(browser.evaluate("document.getElementById('buffer').textContent"))
          .matches("\\d+\\.\\d s");
      assertThat(browser.evaluate("document.getElementById('bitrate').textContent"))
          .matches("[1-9]\\d+ kbit/s");
      assertThat(browser.evaluate(DRAWN)).as("something is drawn on both").isEqualTo("true");
      assertThat(browser.complaints()).as("the page's console").isEmpty();
    }
    assertThat(reports).as("what dash.js reported").anyMatch(r -> r.keys().containsKey("bl"));
  }

  private static final String DRAWN =
      "[...document.querySelectorAll('canvas')].every(c => c.getContext('2d')"
          + ".getImageData(0, 0, c.width, c.height).data.some(x => x))";

  /** Looks at a page that plays. */
  @FunctionalInterface
  private interface Look {
    void at(Chromium browser) throws Exception;
  }

  /** Plays some seconds of the film, then looks further, and asks for complaints. */
  private void plays(String player, HttpServer media, String name, double seconds, Look further)
      throws Exception {
    var program = Programs.required("chromium", "chromium");
    var site = Files.createDirectory(folder.resolve("site"));
    Files.writeString(site.resolve("index.html"), PAGE);
    PlayerScript.copy(player, site.resolve("player.js"));
    try (var page = serve(StaticFiles.of(site).build());
        var browser = Chromium.open(program, folder, url(page, ""))) {
      Eventually.holds(
          "the page", () -> browser.evaluate("document.readyState").equals("complete"));
      browser.link(LINK, LATENCY_MS);
      browser.evaluate("play('%s', '%s')".formatted(player, url(media, name)));
      browser.evaluate("await reached(%s, 45000)".formatted(seconds));
      assertThat(Double.parseDouble(browser.evaluate("video.currentTime")))
          .as("reached in the film")
          .isGreaterThanOrEqualTo(seconds);
      assertThat(Integer.parseInt(browser.evaluate("video.videoHeight"))).isIn(144, 216, 288);
      assertThat(Long.parseLong(browser.evaluate("video.webkitAudioDecodedByteCount")))
          .as("bytes of sound")
          .isPositive();
      further.at(browser);
      assertThat(browser.evaluate("wrong.join()")).as("errors of the player").isEmpty();
      assertThat(browser.complaints()).as("the page's console").isEmpty();
    }
  }

  /** GStreamer's own reader of manifests and its own decoders, to the end of the film. */
  static Stream<Arguments> manifests() {
    return Stream.concat(
        Stream.of(ManifestForm.values()).map(form -> Arguments.of(form, "manifest.mpd")),
        Stream.of(Arguments.of(ManifestForm.TIMELINE, "master.m3u8")));
  }

  @ParameterizedTest
  @MethodSource("manifests")
  void gstreamerPlaysEachFormToItsEnd(ManifestForm form, String name) throws Exception {
    var program = Programs.required("gst-launch-1.0", "gstreamer1.0-tools gstreamer1.0-libav");
    var packed = pack(form);
    var said = folder.resolve("said");
    var picture = folder.resolve("picture");
    var sound = folder.resolve("sound");
    try (var media = serve(new DashHandler(new PackedFolder(packed), report -> {}))) {
      var process =
          new ProcessBuilder(
                  program.toString(),
                  "-q",
                  "playbin",
                  "uri=" + url(media, name),
                  "video-sink=videoconvert ! videoscale ! video/x-raw,format=GRAY8,width=64,"
                      + "height=36 ! filesink location="
                      + picture,
                  "audio-sink=audioconvert ! audio/x-raw,format=S16LE,channels=1 ! filesink"
                      + " location="
                      + sound)
              .redirectErrorStream(true)
              .redirectOutput(said.toFile())
              .start();
      assertThat(process.waitFor()).as(Files.readString(said)).isZero();
      assertThat(Files.readString(said)).isEmpty();
      assertThat(Files.size(picture) / (64 * 36)).as("pictures").isEqualTo(SECONDS * 10L);
      assertThat(Files.size(sound) / 2.0 / 44_100).as("seconds").isCloseTo(SECONDS, within(0.1));
    }
  }
}
