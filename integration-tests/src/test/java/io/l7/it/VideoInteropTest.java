package io.l7.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.disk.Disk;
import io.l7.common.net.Endpoint;
import io.l7.dash.limits.DashLimits;
import io.l7.dash.pack.FolderPacker;
import io.l7.dash.pack.ManifestForm;
import io.l7.dash.pack.Presentation;
import io.l7.dash.serve.DashHandler;
import io.l7.dash.serve.JustInTime;
import io.l7.dash.serve.PackedFolder;
import io.l7.http.HttpServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** ffmpeg decodes every frame of what is packed, of each codec and form, and has nothing to say. */
@Tag("interop")
class VideoInteropTest {
  private static final int FRAMES = 100;
  private static final String PICTURE = "testsrc2=size=128x72:rate=25:duration=4";

  @TempDir Path folder = Path.of("");

  /** What encoders make: reordered pictures and edit lists, and each codec that is packed. */
  enum Codec {
    H264_WITH_B_FRAMES("-c:v libx264 -preset ultrafast -bf 2 -g 25 -c:a aac"),
    HEVC("-c:v libx265 -preset ultrafast -x265-params log-level=none:keyint=25 -c:a aac"),
    VP9_AND_OPUS("-c:v libvpx-vp9 -deadline realtime -cpu-used 8 -g 25 -c:a libopus"),
    AV1("-c:v libsvtav1 -preset 12 -g 25 -c:a aac");

    private final String options;

    Codec(String options) {
      this.options = options;
    }
  }

  static Stream<Arguments> films() {
    return Stream.of(Codec.values())
        .flatMap(c -> Stream.of(ManifestForm.values()).map(f -> Arguments.of(c, f)));
  }

  @ParameterizedTest
  @MethodSource("films")
  void everyFrameOfEachFormIsDecodedWithoutAMessage(Codec codec, ManifestForm form)
      throws Exception {
    Path film = encode(codec);
    Path packed = folder.resolve("packed");
    var playlists =
        form == ManifestForm.ON_DEMAND ? FolderPacker.Playlists.NONE : FolderPacker.Playlists.HLS;
    try (var presentation = open(film)) {
      new FolderPacker(packed, form, playlists, List.of()).write(presentation);
    }
    try (var server = serve(new DashHandler(new PackedFolder(packed), report -> {}))) {
      decodes(url(server, "manifest.mpd"));
      if (playlists == FolderPacker.Playlists.HLS) {
        decodes(url(server, "master.m3u8"));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Codec.class)
  void notOneSampleOfWhatIsMadeOnTheFlyDiffers(Codec codec) throws Exception {
    Path film = encode(codec);
    try (var media = new JustInTime(open(film), List.of());
        var server = serve(new DashHandler(media, report -> {}))) {
      String manifest = url(server, "manifest.mpd");
      for (String stream : List.of("0:v:0", "0:a:0")) {
        assertThat(hash(stream, "-i", manifest))
            .as(stream)
            .isEqualTo(hash(stream, "-ignore_editlist", "1", "-i", film.toString()));
      }
    }
  }

  private static Presentation open(Path film) throws Exception {
    return Presentation.open(
        List.of(film), Duration.ofSeconds(1), Disk.real(), DashLimits.defaults());
  }

  private static HttpServer serve(DashHandler handler) throws Exception {
    return HttpServer.builder().listen(Endpoint.parse("127.0.0.1:0")).handler(handler).start();
  }

  private static String url(HttpServer server, String name) {
    return "http://" + Endpoint.of(server.address()) + "/" + name;
  }

  private Path encode(Codec codec) throws Exception {
    Path film = folder.resolve("film.mp4");
    var arguments = new ArrayList<>(List.of("-f", "lavfi", "-i", PICTURE));
    arguments.addAll(List.of("-f", "lavfi", "-i", "sine=duration=4", "-pix_fmt", "yuv420p"));
    arguments.addAll(List.of(codec.options.split(" ", -1)));
    arguments.add(film.toString());
    ffmpeg(arguments);
    return film;
  }

  private void decodes(String url) throws Exception {
    String frames = ffmpeg(List.of("-xerror", "-i", url, "-map", "0:v:0", "-f", "framecrc", "-"));
    assertThat(frames.lines().filter(l -> l.startsWith("0,")).count()).as(url).isEqualTo(FRAMES);
    String sound = ffmpeg(List.of("-xerror", "-i", url, "-map", "0:a:0", "-f", "framecrc", "-"));
    assertThat(sound.lines().filter(l -> l.startsWith("0,")).count()).as(url).isPositive();
  }

  private String hash(String stream, String... input) throws Exception {
    var arguments = new ArrayList<>(List.of(input));
    arguments.addAll(List.of("-map", stream, "-c", "copy", "-f", "streamhash", "-"));
    return ffmpeg(arguments);
  }

  /** Runs it; fails on anything that it prints on standard error. */
  private String ffmpeg(List<String> arguments) throws Exception {
    var command = new ArrayList<String>();
    command.add(Programs.required("ffmpeg", "ffmpeg").toString());
    command.addAll(List.of("-hide_banner", "-nostdin", "-y", "-v", "warning"));
    command.addAll(arguments);
    Path said = folder.resolve("said");
    var process = new ProcessBuilder(command).redirectError(said.toFile()).start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(Files.readString(said)).isZero();
    boolean encodes = !arguments.contains("framecrc") && !arguments.contains("streamhash");
    if (!encodes) {
      assertThat(Files.readString(said)).as(String.join(" ", command)).isEmpty();
    }
    return out;
  }
}
