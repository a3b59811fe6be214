package io.l7.dash.serve;

import static org.assertj.core.api.Assertions.assertThat;

import io.l7.common.disk.Disk;
import io.l7.common.testkit.Seeded;
import io.l7.dash.bmff.Films;
import io.l7.dash.limits.DashLimits;
import io.l7.dash.pack.Presentation;
import io.l7.dash.testkit.Budget;
import io.l7.http.message.Body;
import io.l7.http.message.Exchange;
import io.l7.http.message.Fields;
import io.l7.http.message.Method;
import io.l7.http.message.Request;
import io.l7.http.message.Response;
import io.l7.http.message.Target;
import io.l7.http.message.Version;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Paths that lead out of the folder: 400 or 404, cheaply, whichever source serves. */
class PathAttackTest {
  private static final String SECRET = "the secret";
  private static final int RANDOM_PATHS = 3_000;

  /** What paths out of a folder are made of. */
  private static final List<String> PARTS =
      List.of(
          "..",
          ".",
          "/",
          "//",
          "\\",
          "%2e",
          "%2E%2e",
          "%2f",
          "%5c",
          "%00",
          "%25",
          "v1",
          "1.m4s",
          "v1/1.m4s",
          "secret",
          "link",
          "folder",
          "%c0%af",
          "%u002e",
          ";",
          "~",
          "etc/passwd",
          "%20",
          "+",
          "file:");

  @TempDir Path folder = Path.of("");

  private Path root = Path.of("");

  @BeforeEach
  void aFolderWithASecretBesideIt() throws Exception {
    root = Files.createDirectory(folder.resolve("root"));
    Path film = Files.createDirectory(root.resolve("v1"));
    Files.writeString(film.resolve("1.m4s"), "media");
    Files.writeString(root.resolve("manifest.mpd"), "<MPD/>");
    Files.writeString(folder.resolve("secret"), SECRET);
    Path beside = Files.createDirectory(folder.resolve("root-beside"));
    Files.writeString(beside.resolve("secret"), SECRET);
    Files.createSymbolicLink(root.resolve("link"), folder.resolve("secret"));
    Files.createSymbolicLink(root.resolve("folder"), beside);
    Files.createSymbolicLink(film.resolve("up"), folder);
    Files.createSymbolicLink(root.resolve("loop"), root.resolve("loop"));
  }

  private static Response ask(DashHandler handler, String target) throws Exception {
    return handler.handle(
        Request.received(
            Method.GET,
            "http",
            "edge.example",
            Target.of(target),
            Version.HTTP_1_1,
            Fields.EMPTY,
            Body.empty(),
            Exchange.NONE));
  }

  private DashHandler packed() throws Exception {
    return new DashHandler(new PackedFolder(root), report -> {});
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/../secret",
        "/../../secret",
        "/../../../../../../../../../../etc/passwd",
        "/v1/../../secret",
        "/v1/../../root-beside/secret",
        "/../root-beside/secret",
        "/../root/../secret",
        "/./../secret",
        "/.//../secret",
        "/.../secret",
        "/....//secret",
        "/..;/secret",
        "/..%00/secret",
        "/%2e%2e/secret",
        "/%2e%2e%2fsecret",
        "/%2E%2E%2Fsecret",
        "/.%2e/secret",
        "/%2e./secret",
        "/..%2fsecret",
        "/..%2f..%2fsecret",
        "/v1%2f..%2f..%2fsecret",
        "/v1/%2e%2e/%2e%2e/secret",
        "/%252e%252e/secret",
        "/%252e%252e%252fsecret",
        "/%25252e%25252e/secret",
        "/%c0%ae%c0%ae/secret",
        "/%c0%ae%c0%ae%c0%afsecret",
        "/%e0%80%ae%e0%80%ae/secret",
        "/%f0%80%80%ae/secret",
        "/%uff0e%uff0e/secret",
        "/%ef%bc%8e%ef%bc%8e/secret",
        "/%u002e%u002e/secret",
        "/..\\secret",
        "/..%5csecret",
        "/v1\\..\\..\\secret",
        "/v1/..%5c..%5csecret",
        "/%5c%5c127.0.0.1%5cshare%5csecret",
        "/%00",
        "/secret%00",
        "/v1/1.m4s%00.txt",
        "/%00/../secret",
        "//etc/passwd",
        "///etc/passwd",
        "/%2fetc%2fpasswd",
        "/etc/passwd",
        "/C:/Windows/win.ini",
        "/C%3a%5cWindows%5cwin.ini",
        "/file:///etc/passwd",
        "/file:/etc/passwd",
        "/proc/self/environ",
        "/~root/secret",
        "/link",
        "/link/",
        "/./link",
        "/folder/secret",
        "/folder",
        "/v1/up/secret",
        "/loop",
        "/v1",
        "/v1/",
        "/v1/1.m4s/",
        "/v1/1.m4s/../../../secret",
        "/v1/%zz",
        "/%",
        "/l7-player.js/../secret",
        "/v1/1.m4s?/../../secret/%2e"
      })
  void nothingOutsideTheFolderIsServed(String target) throws Exception {
    var handler = packed();
    Budget.ATTACK.holds(
        () -> {
          var response = ask(handler, target);
          boolean media = target.startsWith("/v1/1.m4s?");
          assertThat(response.status().code()).isIn(media ? List.of(200) : List.of(400, 404));
          assertThat(response.body().text(1 << 10)).doesNotContain(SECRET).doesNotContain("root:");
        });
  }

  @Test
  void aFilmMadeOnTheFlyHasNoFilesToLeadTo() throws Exception {
    Path file = folder.resolve("film.mp4");
    Files.write(file, Films.plain(50, 25));
    var film =
        Presentation.open(List.of(file), Duration.ofSeconds(1), Disk.real(), DashLimits.defaults());
    try (var source = new JustInTime(film, List.of())) {
      var handler = new DashHandler(source, report -> {});
      for (String target :
          List.of(
              "/film.mp4",
              "/../film.mp4",
              "/v180p/../../film.mp4",
              "/v180p/-1.m4s",
              "/v180p/00000000001.m4s",
              "/v180p/99999999999999999999.m4s",
              "/v180p/1.m4s/1.m4s",
              "/v180p/init.mp4/../1.m4s",
              "/v180p.m3u8/1.m4s")) {
        assertThat(ask(handler, target).status().code()).as(target).isIn(400, 404);
      }
    }
  }

  @Test
  void whateverIsServedLiesInTheFolder() throws Exception {
    var random = Seeded.random("paths");
    var handler = packed();
    int served = 0;
    for (int i = 0; i < RANDOM_PATHS; i++) {
      var target = new StringBuilder("/");
      for (int part = random.nextInt(1, 9); part > 0; part--) {
        target.append(PARTS.get(random.nextInt(PARTS.size())));
      }
      var response = ask(handler, target.toString());
      String text = response.body().text(1 << 20);
      assertThat(text).as(target.toString()).doesNotContain(SECRET).doesNotContain("root:");
      if (response.status().code() == 200) {
        assertThat(text).as(target.toString()).isIn("media", "<MPD/>");
        served++;
      }
    }
    assertThat(served).as("paths that led to the media").isPositive();
  }
}
