package io.l7.dash.play;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.disk.Disk;
import io.l7.common.net.Endpoint;
import io.l7.dash.bmff.Films;
import io.l7.dash.bmff.Mp4File;
import io.l7.dash.bmff.Track;
import io.l7.dash.limits.DashLimits;
import io.l7.dash.pack.FolderPacker;
import io.l7.dash.pack.ManifestForm;
import io.l7.dash.pack.Presentation;
import io.l7.dash.serve.DashHandler;
import io.l7.dash.serve.PackedFolder;
import io.l7.http.HttpServer;
import io.l7.http.message.Handler;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A film of numbered bytes, packed, served and looked at again. */
final class TestFilm {
  static final int PICTURES = 120;

  private TestFilm() {}

  /** Five segments of a second. */
  static Path pack(Path folder, ManifestForm form, List<String> baseUrls) throws Exception {
    return pack(folder, form, baseUrls, Films.plain(PICTURES, 25));
  }

  /** Twenty-four segments of a second. */
  static Path packLong(Path folder, List<String> baseUrls) throws Exception {
    return pack(folder, ManifestForm.TIMELINE, baseUrls, Films.plain(PICTURES, 5, 200));
  }

  private static Path pack(Path folder, ManifestForm form, List<String> baseUrls, byte[] content)
      throws Exception {
    Path film = folder.resolve("film.mp4");
    Files.write(film, content);
    Path packed = folder.resolve("packed");
    try (var presentation =
        Presentation.open(
            List.of(film), Duration.ofSeconds(1), Disk.real(), DashLimits.defaults())) {
      new FolderPacker(packed, form, FolderPacker.Playlists.NONE, baseUrls).write(presentation);
    }
    return packed;
  }

  static HttpServer serve(Handler handler) throws IOException {
    return HttpServer.builder().listen(Endpoint.parse("127.0.0.1:0")).handler(handler).start();
  }

  static Handler files(Path packed) throws IOException {
    return new DashHandler(new PackedFolder(packed), report -> {});
  }

  static String url(HttpServer server) {
    return "http://" + Endpoint.of(server.address()) + "/";
  }

  static URI manifest(HttpServer server) {
    return URI.create(url(server) + "manifest.mpd");
  }

  /** Every sample, in order, as it was before it was packed. */
  static void isWhole(Path output) throws Exception {
    try (var file = Disk.real().open(output, Disk.Open.READ)) {
      var samples =
          Mp4File.read(file, DashLimits.defaults()).first(Track.Kind.VIDEO).orElseThrow().samples();
      assertThat(samples.count()).isEqualTo(PICTURES);
      for (int i = 0; i < PICTURES; i++) {
        byte[] sample = new byte[i + 1];
        file.read(samples.offset(i), sample, 0, sample.length);
        assertThat(samples.size(i)).isEqualTo(i + 1);
        assertThat(sample).containsOnly(i);
      }
    }
  }
}
